"""What answers a request: one class a URL, one method an HTTP method."""
