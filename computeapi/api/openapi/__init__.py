"""The OpenAPI document of the service: the parts that do not depend on a front end.

Each front end yields its operations, made of its own declarations; the document is put together
of them here.
"""
