"""The resources: one class for each URL, one method for each HTTP method."""
