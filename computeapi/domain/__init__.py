"""The objects of the service and their rules. Standard library only."""
