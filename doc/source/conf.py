"""Sphinx configuration."""

import sys
from importlib.metadata import version as _version
from pathlib import Path

project = "computeapi"
release = version = _version("computeapi")
sys.path.append(str(Path(__file__).parent / "_ext"))
# The tables of operations are those of the tests.
sys.path.append(str(Path(__file__).parents[2]))
extensions = [
    "sphinx.ext.autodoc",
    "api_history",
    "api_reference",
    "conformance_table",
    "guest_hardware",
]
html_theme = "alabaster"
html_static_path = ["_static"]
html_css_files = ["wide.css"]
# The report of "make compare", once there is one.
html_extra_path = [str(path) for path in Path(__file__).parent.parent.glob("comparison.*")]
nitpicky = False
