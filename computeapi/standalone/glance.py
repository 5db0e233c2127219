"""Runs Glance: ``python -m computeapi.standalone.glance STATE``."""

import os
import sys
from importlib import metadata

from glance.common import wsgi_app
from glance.db.sqlalchemy import api

from computeapi.standalone import sqlite
from computeapi.standalone.serving import begin, prepare_once, serve


def main(folder: str) -> None:
    """Make Glance's database if need be, and serve it."""
    # Glance takes the command line for its own.
    del sys.argv[1:]
    state, settings = begin(folder)
    home = state.path / "glance"
    for name in ("images", "staging", "tasks", "lock"):
        (home / name).mkdir(parents=True, exist_ok=True)
    os.environ["OS_GLANCE_CONFIG_DIR"] = str(state.etc)
    config = str(state.etc / "glance-api.conf")
    prepare_once(home / "ready", metadata.version("glance"), lambda: _prepare(config))
    connection = sqlite.share(api._get_main_context_manager(), state.glance_database)
    serve(wsgi_app.init_app(), settings.listen, settings.ports["image"])
    connection.close()


def _prepare(config: str) -> None:
    from glance.cmd import manage  # noqa: PLC0415 - only to make a database

    sys.argv = ["glance-manage", "--config-file", config, "db_sync"]
    manage.main()


if __name__ == "__main__":
    main(sys.argv[1])
