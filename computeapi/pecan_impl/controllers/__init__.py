"""The tree of resources that a request's path leads through."""
