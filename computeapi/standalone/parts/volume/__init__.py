"""The part ``volume``: Cinder, whose volumes are files in the state folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from computeapi.standalone import config, sqlite
from computeapi.standalone.identity import Endpoint, Grant
from computeapi.standalone.parts.part import Part, Process, packaged_file, python_process
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder

USER = "cinder"
#: The name of the back end: volumes are at ``HOST@files``.
BACKEND = "files"

_CONF = """\
[DEFAULT]
use_stderr = true
# The API, the scheduler and the volume service are threads of one process.
transport_url = fake:///
host = {host}
state_path = {home}
auth_strategy = keystone
api_paste_config = {paste}
resource_query_filters_file = {filters}
rootwrap_config = {rootwrap}
glance_api_servers = {image}
enabled_backends = files
default_volume_type = __DEFAULT__
volume_clear = none
# Seconds: the volume service, which the scheduler waits for, runs already.
scheduler_driver_init_wait_time = 5

{database}
[oslo_concurrency]
lock_path = {home}/lock

[coordination]
backend_url = file://{home}/coordination

[oslo_messaging_notifications]
driver = noop

[files]
volume_driver = computeapi.standalone.parts.volume.driver.FilesDriver
volume_backend_name = files
nas_host = localhost
nas_share_path = {home}/volumes
nfs_mount_point_base = {home}/mounted
nfs_qcow2_volumes = true
nfs_snapshot_support = true
# Snapshots want it; the driver runs no program as root all the same.
nas_secure_file_operations = false
# Read and written by the owner and the group of this cloud alone.
nas_secure_file_permissions = true
"""


def home(state: StateFolder) -> Path:
    """Return the folder of Cinder's database and volumes."""
    return state.path / "cinder"


def database(state: StateFolder) -> Path:
    """Return Cinder's SQLite file."""
    return home(state) / "cinder.sqlite"


def conf_file(state: StateFolder) -> Path:
    """Return the path of cinder.conf."""
    return state.etc / "cinder.conf"


class VolumePart(Part):
    """Cinder: API, scheduler and volume service in one process."""

    name = "volume"
    project = "Cinder"
    package = "cinder"
    ports = {"volume": "Cinder"}
    endpoints = (
        Endpoint("volumev3", "cinderv3", "volume", "/v3/%(project_id)s"),
        Endpoint("block-storage", "cinder", "volume", "/v3/%(project_id)s"),
    )
    # It tells Compute of grown volumes, and asks it for snapshots of attached ones.
    grants = (Grant(USER, "service", ("service", "admin")),)

    def files(self, state: StateFolder, settings: Settings) -> Mapping[Path, str]:
        """Return cinder.conf."""
        text = _CONF.format(
            host=settings.host,
            home=home(state),
            paste=packaged_file(self.package, "etc/cinder/api-paste.ini"),
            filters=packaged_file(self.package, "etc/cinder/resource_filters.json"),
            rootwrap=packaged_file(self.package, "etc/cinder/rootwrap.conf"),
            image=settings.url("image"),
            database=sqlite.database_section(database(state)),
        )
        text += config.auth_token(settings, USER, "block-storage")
        identity = settings.endpoints["identity"]
        text += config.client(settings, "nova", USER, token_auth_url=identity)
        text += config.client(
            settings,
            "service_user",
            USER,
            send_service_user_token="true",  # noqa: S106 - a switch
        )
        return {conf_file(state): text}

    def processes(self, state: StateFolder, settings: Settings) -> Sequence[Process]:
        """Return the one process of Cinder."""
        where = settings.url("volume") + "/v3"
        module = "computeapi.standalone.parts.volume.serve"
        return [python_process("cinder", module, state, where, settings.url("volume") + "/")]

    def compute_sections(self, state: StateFolder, settings: Settings) -> str:
        """Return the section ``[volumes]``."""
        endpoint = settings.url("volume") + "/v3"
        return config.other_service(settings, "volumes", endpoint, backend="cinder")
