"""Loads the WSGI application of a variant. Imported in the process that serves it."""

import importlib
import importlib.util
from collections.abc import Mapping
from typing import Any

#: variant -> the patch that makes it differ
PATCHED = {"pecan-patched": "pecan-getargspec"}


def load(told: Mapping[str, Any]) -> Any:
    """Return the application.

    :param told: see :meth:`bench.site.Site.told`.
    """
    variant = told["variant"]
    if variant == "floor":
        from bench import floor  # noqa: PLC0415 - each process imports what its variant needs

        return floor.create(told["url"])
    if variant == "nova":
        from bench.nova import app  # noqa: PLC0415 - only Nova's virtualenv has Nova

        return app.load(told["folder"])
    if variant in PATCHED:
        importlib.import_module("bench.patches").apply(PATCHED[variant])
    from computeapi import conf  # noqa: PLC0415
    from computeapi.cmd import paste  # noqa: PLC0415

    return paste.load_app(conf.load([told["config_file"]]))


def available(variant: str) -> bool:
    """Tell whether a front end's variant can be loaded here."""
    return variant not in PATCHED or importlib.util.find_spec("bench.patches") is not None
