"""What a server is and what may happen to it. Standard library only."""
