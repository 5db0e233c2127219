"""Runs Horizon: ``python -m computeapi.standalone.parts.dashboard.serve STATE``."""

import fcntl
import os
import sys
from importlib import metadata

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from paste.urlmap import URLMap
from paste.urlparser import StaticURLParser

from computeapi.standalone.parts.dashboard import conf_folder, sessions, static
from computeapi.standalone.serving import begin, prepare_once, serve

_NICENESS = 10


def main(folder: str) -> None:
    """Collect Horizon's static files if need be, and serve it."""
    state, settings = begin(folder)
    sessions(state).mkdir(parents=True, exist_ok=True)
    # Before the folder of that name in Horizon's package, which holds an example.
    sys.path.insert(0, str(conf_folder(state)))
    os.environ["DJANGO_SETTINGS_MODULE"] = "openstack_dashboard.settings"
    application = get_wsgi_application()
    _provide()
    paths = URLMap()
    paths["/"] = application
    paths["/static"] = StaticURLParser(str(static()))
    serve(paths, settings.listen, settings.ports["dashboard"])


def _provide() -> None:
    """Collect and pack the static files, unless they are there; wait while another process does."""
    static().mkdir(parents=True, exist_ok=True)
    lock = os.open(static().with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        prepare_once(static() / ".ready", metadata.version("horizon"), _collect)
    finally:
        os.close(lock)


def _collect() -> None:
    """Collect and pack the static files. This takes long, so the other services have priority."""
    os.nice(_NICENESS)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("compress", force=True, verbosity=0)


if __name__ == "__main__":
    main(sys.argv[1])
