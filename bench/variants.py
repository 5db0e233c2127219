"""Loads the WSGI application of a variant. Imported in the process that serves it."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

#: The variants that have only two operations, and the patches of ``doc/upstream`` in them.
BY_THE_MANUAL: Mapping[str, Sequence[str]] = {
    "pecan-manual": (),
    "pecan-manual-patched": (
        "pecan-getargspec",
        "pecan-invoke-controller",
        "pecan-custom-segments",
        "pecan-cycle",
    ),
}
#: The front ends served by threads instead of eventlet; a difference over HTTP only.
THREADS = ("falcon-threads", "pecan-threads")
#: Both front ends in one process, as ``api-paste.ini`` has them for a migration.
MIGRATING = "migrating"


def load(spec: Mapping[str, Any]) -> Any:
    """Return the application.

    :param spec: see :meth:`bench.site.Site.as_dict`.
    """
    variant = spec["variant"]
    if variant == "floor":
        from bench import floor  # noqa: PLC0415 - each process imports what its variant needs

        return floor.create(spec["url"])
    if variant == "nova":
        from bench.nova import app  # noqa: PLC0415 - only Nova's virtualenv has Nova

        return app.load(spec["folder"])
    if patched := BY_THE_MANUAL.get(variant):
        from bench import patches  # noqa: PLC0415

        folder = Path(spec["config_file"]).parent
        patches.copy(patched, folder)
        sys.path.insert(0, str(folder))
    from computeapi import conf  # noqa: PLC0415
    from computeapi.cmd import paste  # noqa: PLC0415

    section = variant if variant == MIGRATING else "main"
    return paste.load_app(conf.load([spec["config_file"]]), section)
