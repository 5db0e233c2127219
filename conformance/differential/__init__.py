"""The same requests to this service and to a real Nova: the same statuses, the same keys."""
