"""The schemas of request bodies, and their conversion to domain objects."""
