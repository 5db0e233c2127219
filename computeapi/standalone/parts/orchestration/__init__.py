"""The part ``orchestration``: Heat."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from computeapi.standalone import config, sqlite
from computeapi.standalone.identity import Administrator, Endpoint, Grant
from computeapi.standalone.parts.part import Part, Process, packaged_file, python_process
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder

USER = "heat"
#: The path of the API of CloudFormation, below Heat's port.
CFN = "/cfn"
#: The domain of the users that stacks make, and its administrator.
DOMAIN = "heat"
DOMAIN_ADMIN = "heat_domain_admin"
#: The role of users who may have stacks, and that of users made by stacks.
OWNER, MEMBER = "heat_stack_owner", "heat_stack_user"
_KEY = "heat_encryption_key"

_CONF = """\
[DEFAULT]
use_stderr = true
# The API and the engine are threads of one process.
transport_url = fake:///
num_engine_workers = 1
# Heat asks Cinder by version 3.0, which does not extend a volume that is in use (3.42 does): Heat
# detaches the volume then, and attaches it again.
max_cinder_api_microversion = 3.41
host = {host}
region_name_for_services = {region}
heat_metadata_server_url = {heat}{cfn}
heat_waitcondition_server_url = {heat}{cfn}/v1/waitcondition
environment_dir = {environment}
template_dir = {templates}
auth_encryption_key = {key}
deferred_auth_method = trusts
# Empty: all roles of the user.
trusts_delegated_roles =
stack_user_domain_name = {domain}
stack_domain_admin = {domain_admin}
stack_domain_admin_password = {domain_password}

{database}
[oslo_concurrency]
lock_path = {home}/lock

[oslo_messaging_notifications]
driver = noop

[paste_deploy]
api_paste_config = {paste}

[clients]
endpoint_type = publicURL

[clients_keystone]
auth_uri = {identity}

[ec2authtoken]
auth_uri = {identity}/v3

[trustee]
auth_type = password
auth_url = {identity}/v3
username = {user}
password = {password}
user_domain_id = default
"""


def home(state: StateFolder) -> Path:
    """Return the folder of Heat's database."""
    return state.path / "heat"


def database(state: StateFolder) -> Path:
    """Return Heat's SQLite file."""
    return home(state) / "heat.sqlite"


def conf_file(state: StateFolder) -> Path:
    """Return the path of heat.conf."""
    return state.etc / "heat.conf"


class OrchestrationPart(Part):
    """Heat: the two APIs and the engine in one process."""

    name = "orchestration"
    project = "Heat"
    package = "openstack-heat"
    ports = {"orchestration": "Heat"}
    endpoints = (
        Endpoint("orchestration", "heat", "orchestration", "/v1/%(project_id)s"),
        Endpoint("cloudformation", "heat-cfn", "orchestration", f"{CFN}/v1"),
    )
    roles = (OWNER, MEMBER)
    grants = (
        Grant(USER, "service", ("service", "admin")),
        Grant("demo", "demo", (OWNER,)),
        Grant("admin", "admin", (OWNER,)),
    )
    secrets = (DOMAIN_ADMIN, _KEY)
    set_up_version = 1

    def files(self, state: StateFolder, settings: Settings) -> Mapping[Path, str]:
        """Return heat.conf."""
        paste = packaged_file(self.package, "etc/heat/api-paste.ini")
        text = _CONF.format(
            host=settings.host,
            region=config.REGION,
            heat=settings.url("orchestration"),
            cfn=CFN,
            environment=paste.parent / "environment.d",
            templates=paste.parent / "templates",
            # Heat wants 32 characters.
            key=hashlib.sha256(settings.passwords[_KEY].encode()).hexdigest()[:32],
            domain=DOMAIN,
            domain_admin=DOMAIN_ADMIN,
            domain_password=settings.passwords[DOMAIN_ADMIN],
            database=sqlite.database_section(database(state)),
            home=home(state),
            paste=paste,
            identity=settings.url("identity"),
            user=USER,
            password=settings.passwords[USER],
        )
        return {conf_file(state): text + config.auth_token(settings, USER, "orchestration")}

    def processes(self, state: StateFolder, settings: Settings) -> Sequence[Process]:
        """Return the one process of Heat."""
        where = settings.url("orchestration") + "/v1"
        module = "computeapi.standalone.parts.orchestration.serve"
        return [python_process("heat", module, state, where, settings.url("orchestration") + "/")]

    def set_up(self, admin: Administrator, state: StateFolder, settings: Settings) -> None:
        """Make the domain of the users that stacks make, with its administrator."""
        domain = admin.ensure("domain", {"name": DOMAIN}, {})
        match = {"name": DOMAIN_ADMIN, "domain_id": domain}
        user = admin.ensure("user", match, {"password": settings.passwords[DOMAIN_ADMIN]})
        role = admin.ensure("role", {"name": "admin"}, {})
        url = f"{settings.url('identity')}/v3/domains/{domain}/users/{user}/roles/{role}"
        admin.send("PUT", url)
