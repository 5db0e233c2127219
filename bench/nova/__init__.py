"""The incumbent: a real Nova API from PyPI, in a virtualenv of its own.

``app``, ``serve``, ``populate`` and ``whole`` run in that virtualenv; the others in ours.
"""
