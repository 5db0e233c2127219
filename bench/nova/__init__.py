"""The incumbent: a real Nova API from PyPI, in a virtualenv of its own.

``app`` and ``populate`` run in that virtualenv; the others in ours.
"""
