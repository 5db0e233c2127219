"""Services that the tests and the comparison start for themselves."""
