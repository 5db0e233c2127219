"""The resources of servers, by theme."""
