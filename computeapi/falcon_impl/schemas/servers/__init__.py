"""Request bodies of servers, by theme."""
