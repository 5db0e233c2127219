"""Makes servers real: the driver port (``driver.py``) and its adapters."""
