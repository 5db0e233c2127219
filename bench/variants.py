"""Loads the WSGI application of a variant. Imported in the process that serves it."""

from collections.abc import Mapping
from typing import Any

#: The variants of the front end on Pecan that leave it to Pecan to call the controllers, and the
#: patches of ``doc/upstream`` that they have applied. See ``Application.invoke_controller``.
STOCK_DISPATCH: Mapping[str, tuple[str, ...]] = {
    "pecan-stock": (),
    "pecan-patched": ("pecan-getargspec", "pecan-invoke-controller"),
}
#: Both front ends in one process, as ``api-paste.ini`` has them for a migration.
MIGRATING = "migrating"


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
    if variant in STOCK_DISPATCH:
        _leave_to_pecan(STOCK_DISPATCH[variant])
    from computeapi import conf  # noqa: PLC0415
    from computeapi.cmd import paste  # noqa: PLC0415

    section = variant if variant == MIGRATING else "main"
    return paste.load_app(conf.load([told["config_file"]]), section)


def _leave_to_pecan(names: tuple[str, ...]) -> None:
    from bench import patches  # noqa: PLC0415
    from computeapi.pecan_impl.app import Application  # noqa: PLC0415

    for name in names:
        patches.apply(name)
    del Application.invoke_controller
