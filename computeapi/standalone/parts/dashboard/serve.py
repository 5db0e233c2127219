"""Runs Horizon: ``python -m computeapi.standalone.parts.dashboard.serve STATE``."""

import os
import sys
import warnings
from importlib import metadata
from pathlib import Path

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from paste.urlmap import URLMap
from paste.urlparser import StaticURLParser

from computeapi.standalone.parts.dashboard import conf_folder, home, sessions, static
from computeapi.standalone.serving import prepare_once, serve
from computeapi.standalone.state import StateFolder

_NICENESS = 10


def main(folder: str) -> None:
    """Collect Horizon's static files if need be, and serve it."""
    warnings.simplefilter("ignore")
    os.umask(0o077)
    state = StateFolder(Path(folder))
    settings = state.load()
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
    """Collect and pack what browsers load, which takes long: the other services come first."""
    os.nice(_NICENESS)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("compress", force=True, verbosity=0)


if __name__ == "__main__":
    main(sys.argv[1])
