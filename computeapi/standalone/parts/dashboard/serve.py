"""Runs Horizon: ``python -m computeapi.standalone.parts.dashboard.serve STATE``."""

import os
import sys
from importlib import metadata

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from paste.urlmap import URLMap
from paste.urlparser import StaticURLParser

from computeapi.standalone.parts.dashboard import conf_folder, home, sessions, static
from computeapi.standalone.serving import begin, prepare_once, serve

_NICENESS = 10


def main(folder: str) -> None:
    """Collect Horizon's static files if need be, and serve it."""
    state, settings = begin(folder)
    for path in (sessions(state), static(state)):
        path.mkdir(parents=True, exist_ok=True)
    # Before the folder of that name in Horizon's package, which holds an example.
    sys.path.insert(0, str(conf_folder(state)))
    os.environ["DJANGO_SETTINGS_MODULE"] = "openstack_dashboard.settings"
    application = get_wsgi_application()
    prepare_once(home(state) / "ready", metadata.version("horizon"), _collect)
    paths = URLMap()
    paths["/"] = application
    paths["/static"] = StaticURLParser(str(static(state)))
    serve(paths, settings.listen, settings.ports["dashboard"])


def _collect() -> None:
    """Collect and pack the static files. This takes long, so the other services have priority."""
    os.nice(_NICENESS)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("compress", force=True, verbosity=0)


if __name__ == "__main__":
    main(sys.argv[1])
