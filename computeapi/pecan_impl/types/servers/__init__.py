"""The WSME types of servers, by theme."""
