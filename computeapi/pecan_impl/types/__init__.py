"""The WSME types of request and response bodies."""
