"""The incumbent: a real Nova API from PyPI. Standard library only here."""
