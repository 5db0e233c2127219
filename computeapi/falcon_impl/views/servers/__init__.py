"""Response bodies of servers, by theme."""
