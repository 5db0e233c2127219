"""The part ``dashboard``: Horizon."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from computeapi.standalone import network
from computeapi.standalone.config import REGION
from computeapi.standalone.parts.part import Part, Process, python_process
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder

_KEY = "horizon"
#: Below the URL of the dashboard, which leads there.
LOGIN = "/auth/login/"

# Horizon's settings import the module local.local_settings.
_SETTINGS = """\
from openstack_dashboard.settings import HORIZON_CONFIG

HORIZON_CONFIG["customization_module"] = "computeapi.standalone.parts.dashboard.overrides"
OPENSTACK_NEUTRON_NETWORK = {{"enable_quotas": {network}, "enable_router": {network}}}
DEBUG = False
ALLOWED_HOSTS = {hosts!r}
SECRET_KEY = {key!r}
OPENSTACK_KEYSTONE_URL = {identity!r}
AVAILABLE_REGIONS = [({identity!r}, {region!r})]
# Django keeps sessions in files, which other users cannot read, so that a restart ends none.
SESSION_ENGINE = "django.contrib.sessions.backends.file"
SESSION_FILE_PATH = {sessions!r}
CACHES = {{"default": {{"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}}}
STATIC_ROOT = {static!r}
COMPRESS_OFFLINE = True
# A server boots from its image; a volume is made where the user asks for one.
LAUNCH_INSTANCE_DEFAULTS = {{"create_volume": False}}
LOGGING = {{
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {{"line": {{"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}}}},
    "handlers": {{"stderr": {{"class": "logging.StreamHandler", "formatter": "line"}}}},
    "root": {{"handlers": ["stderr"], "level": "WARNING"}},
}}
"""


def home(state: StateFolder) -> Path:
    """Return the folder of Horizon's sessions."""
    return state.path / "horizon"


def conf_folder(state: StateFolder) -> Path:
    """Return the folder from which Horizon imports ``local.local_settings``."""
    return state.etc / "horizon"


def static() -> Path:
    """Return the folder of the style sheets, scripts and pictures, for all clouds of the user.

    See the XDG Base Directory Specification.
    """
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "computeapi" / "horizon"


def sessions(state: StateFolder) -> Path:
    """Return the folder of the users' sessions."""
    return home(state) / "sessions"


class DashboardPart(Part):
    """Horizon, in one process. It is no service of the catalog: people use it."""

    name = "dashboard"
    project = "Horizon"
    package = "horizon"
    ports = {"dashboard": "Horizon"}
    secrets = (_KEY,)

    def files(self, state: StateFolder, settings: Settings) -> Mapping[Path, str]:
        """Return the package ``local`` with Horizon's settings."""
        local = conf_folder(state) / "local"
        own = ["127.0.0.1", "localhost", "[::1]", settings.address]
        text = _SETTINGS.format(
            network="network" in settings.active,
            # Other machines may know this one by any name.
            hosts=own if network.is_loopback(settings.listen) else ["*"],
            key=settings.passwords[_KEY],
            identity=settings.endpoints["identity"],
            region=REGION,
            sessions=str(sessions(state)),
            static=str(static()),
        )
        return {local / "__init__.py": "", local / "local_settings.py": text}

    def processes(self, state: StateFolder, settings: Settings) -> Sequence[Process]:
        """Return the one process of Horizon."""
        where = settings.url("dashboard")
        module = "computeapi.standalone.parts.dashboard.serve"
        return [python_process("horizon", module, state, where, where + LOGIN)]

    def hints(self, state: StateFolder, settings: Settings) -> Sequence[str]:
        """Return the address of the dashboard and the way to log in."""
        return [
            f"The dashboard is {settings.url('dashboard')}: log in as demo or admin, with the "
            f"password in {state.clouds_yaml}."
        ]
