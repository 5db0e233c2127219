"""What callers send and get, as WSME types."""
