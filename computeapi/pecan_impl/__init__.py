"""The API as Pecan controllers and WSME types."""
