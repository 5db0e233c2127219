"""The configuration files of a cloud, as text made of its settings."""

import re
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import yaml

import computeapi
from computeapi.standalone import novnc, sqlite
from computeapi.standalone.errors import CloudError
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder, write_private

REGION = "RegionOne"
_NO_FILES: Mapping[Path, str] = {}

_KEYSTONE = """\
[DEFAULT]
use_stderr = true

{database}
[cache]
enabled = true
backend = oslo_cache.dict

[identity]
# Quick and weak: for a cloud on one machine whose passwords are generated.
password_hash_rounds = 4
# What bcrypt takes: with a higher limit Keystone warns at each login.
max_password_length = 72

[token]
provider = fernet

[fernet_tokens]
key_repository = {path}/keystone/fernet-keys

[fernet_receipts]
key_repository = {path}/keystone/fernet-keys

[credential]
key_repository = {path}/keystone/credential-keys
"""

_GLANCE = """\
[DEFAULT]
use_stderr = true
enabled_backends = files:file
worker_self_reference_url = {image}

{database}
[glance_store]
default_backend = files

[files]
filesystem_store_datadir = {path}/glance/images

[os_glance_staging_store]
filesystem_store_datadir = {path}/glance/staging

[os_glance_tasks_store]
filesystem_store_datadir = {path}/glance/tasks

[oslo_concurrency]
lock_path = {path}/glance/lock

[paste_deploy]
flavor = keystone
config_file = {paste}
"""

_COMPUTE = """\
[DEFAULT]
state_path = {path}
host = {host}

[api]
paste_config = {path}/etc/api-paste.ini
listen = {listen}
port = {port}

[worker]
driver = {driver}

[console]
base_url = {console}
listen = {listen}
port = {console_port}
novnc_path = {novnc}

"""
_OTHER_SERVICE = """
[{section}]
endpoint = {endpoint}
auth_url = {identity}
username = computeapi
password = {password}
project_name = service
"""
_CLIENT = """
[{section}]
auth_type = password
auth_url = {identity}
username = {user}
password = {password}
project_name = service
user_domain_id = default
project_domain_id = default
region_name = {region}
"""


def keystone_conf(state: StateFolder) -> str:
    """Return keystone.conf."""
    return _KEYSTONE.format(
        path=state.path, database=sqlite.database_section(state.keystone_database)
    )


def glance_conf(state: StateFolder, settings: Settings) -> str:
    """Return glance-api.conf.

    :raises CloudError: when Glance is not installed.
    """
    text = _GLANCE.format(
        path=state.path,
        database=sqlite.database_section(state.glance_database),
        image=settings.url("image"),
        paste=glance_paste(),
    )
    return text + auth_token(settings, "glance", "image")


def compute_conf(state: StateFolder, settings: Settings, sections: str = "") -> str:
    """Return computeapi.conf, for the API, the worker, the console proxy and auth_token.

    :param sections: those by which parts are used.
    """
    text = _COMPUTE.format(
        path=state.path,
        host=settings.host,
        listen=settings.listen,
        port=settings.port,
        driver=settings.driver,
        console=settings.url("console"),
        console_port=settings.ports["console"],
        novnc=novnc.folder(),
    )
    text += other_service(settings, "images", settings.url("image"), backend="glance")
    return text + auth_token(settings, "computeapi", "compute") + sections


def api_paste(settings: Settings) -> str:
    """Return api-paste.ini: the one of this package, with front end and server chosen.

    :raises CloudError: when the package's file is not where it should be.
    """
    # Of a checkout, or of an installed package.
    roots = (Path(computeapi.__file__).parents[1] / "etc", Path(sys.prefix, "etc", "computeapi"))
    for path in (root / "api-paste.ini" for root in roots):
        if path.exists():
            text = path.read_text()
            for pattern, chosen in (
                (r"(?m)^front_end = \w+$", f"front_end = {settings.front_end}"),
                (r"(?m)^use = egg:computeapi#eventlet$", f"use = egg:computeapi#{settings.server}"),
            ):
                text = re.sub(pattern, chosen, text, count=1)
            return text
    raise CloudError(f"api-paste.ini is neither in {roots[0]} nor in {roots[1]}.")


def clouds_yaml(settings: Settings) -> str:
    """Return clouds.yaml with the clouds ``computeapi`` (a member) and ``computeapi-admin``."""

    def cloud(user: str, project: str) -> dict[str, object]:
        entry: dict[str, object] = {
            "auth": {
                "auth_url": settings.endpoints["identity"],
                "username": user,
                "password": settings.passwords[user],
                "project_name": project,
                "user_domain_id": "default",
                "project_domain_id": "default",
            },
            "region_name": REGION,
            "identity_api_version": "3",
        }
        if "network" not in settings.active:
            # There is no service that the SDK could ask for floating IPs and security groups.
            entry |= {"floating_ip_source": "none", "secgroup_source": "none"}
        return entry

    clouds = {"computeapi": cloud("demo", "demo"), "computeapi-admin": cloud("admin", "admin")}
    return yaml.safe_dump({"clouds": clouds}, sort_keys=False)


def glance_paste() -> Path:
    """Return the paste file that Glance's package brought.

    :raises CloudError: when Glance is not installed.
    """
    try:
        files = metadata.files("glance") or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "glance-api-paste.ini":
            return Path(file.locate()).resolve()
    raise CloudError("Glance is not installed: pip install 'computeapi[standalone]'.")


def auth_token(settings: Settings, user: str, service: str) -> str:
    """Return the section by which a service validates tokens.

    :param service: its type, which access rules of application credentials name.
    """
    return client(
        settings,
        "keystone_authtoken",
        user,
        www_authenticate_uri=settings.endpoints["identity"],
        interface="internal",
        service_type=service,
        service_token_roles="service",  # noqa: S106 - the name of a role
        service_token_roles_required="true",  # noqa: S106 - a switch
        # With a dead or hanging Keystone, the service answers quickly all the same.
        http_connect_timeout=5,
        http_request_max_retries=0,
    )


def other_service(settings: Settings, section: str, endpoint: str, **more: object) -> str:
    """Return the section of computeapi.conf by which the core uses another service.

    :param endpoint: the URL of that service. :param more: further options.
    """
    text = _OTHER_SERVICE.format(
        section=section,
        endpoint=endpoint,
        identity=settings.endpoints["identity"],
        password=settings.passwords["computeapi"],
    )
    return text + _options(more)


def client(settings: Settings, section: str, user: str, **more: object) -> str:
    """Return the section by which a service of another project calls others as its own user.

    :param more: further options.
    """
    text = _CLIENT.format(
        section=section,
        identity=settings.endpoints["identity"],
        user=user,
        password=settings.passwords[user],
        region=REGION,
    )
    return text + _options(more)


def _options(values: Mapping[str, object]) -> str:
    return "".join(f"{name} = {value}\n" for name, value in values.items())


def write(
    state: StateFolder, settings: Settings, sections: str = "", more: Mapping[Path, str] = _NO_FILES
) -> None:
    """Write every configuration file of a cloud, and its clouds.yaml.

    :param sections: of computeapi.conf, by which parts are used.
    :param more: the texts of the parts' files, by their paths.
    :raises CloudError: when a package is not installed as it should be.
    """
    for path, text in {
        state.etc / "keystone.conf": keystone_conf(state),
        state.etc / "glance-api.conf": glance_conf(state, settings),
        state.compute_conf: compute_conf(state, settings, sections),
        state.etc / "api-paste.ini": api_paste(settings),
        state.clouds_yaml: clouds_yaml(settings),
        **more,
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(path, text)
