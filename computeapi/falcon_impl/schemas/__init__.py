"""What a request body must look like, and how it becomes a domain object."""
