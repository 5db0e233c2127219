"""The API as Falcon resources."""
