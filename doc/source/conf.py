"""Sphinx configuration."""

from importlib.metadata import version as _version

project = "computeapi"
release = version = _version("computeapi")
extensions = ["sphinx.ext.autodoc"]
html_theme = "alabaster"
html_static_path = ["_static"]
nitpicky = False
