"""The configuration of Heat as the part ``orchestration``, and its domain in Keystone."""

import pytest
from oslo_config import cfg

from computeapi.standalone.parts import table
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder

OPTIONS = {
    "DEFAULT": (
        "transport_url", "auth_encryption_key", "stack_user_domain_name", "stack_domain_admin",
        "stack_domain_admin_password", "heat_waitcondition_server_url", "trusts_delegated_roles",
        "max_cinder_api_microversion",
    ),
    "keystone_authtoken": ("username", "password", "service_type"),
    "trustee": ("username", "password", "auth_url"),
}  # fmt: skip


@pytest.fixture
def state(tmp_path):
    folder = StateFolder(tmp_path / "cloud")
    folder.create()
    return folder


@pytest.fixture
def settings(state):
    made = Settings(port=9100, host="here")
    table.choose(state, made, ["orchestration"], pytest.fail)
    return made


@pytest.fixture
def part(settings):
    return table.active(settings)[0]


@pytest.fixture
def conf(state, settings, part):
    """The options of heat.conf."""
    ((path, text),) = part.files(state, settings).items()
    path.write_text(text)
    options = cfg.ConfigOpts()
    for group, names in OPTIONS.items():
        options.register_opts([cfg.StrOpt(name) for name in names], group=group)
    options([], default_config_files=[str(path)])
    return options


def test_heat_has_its_own_user_and_secrets(conf, settings):
    for section in (conf.keystone_authtoken, conf.trustee):
        assert section.username == "heat"
        assert section.password == settings.passwords["heat"]
    assert conf.trustee.auth_url == "http://127.0.0.1:9101/v3"
    assert conf.keystone_authtoken.service_type == "orchestration"
    assert len(conf.DEFAULT.auth_encryption_key) == 32
    assert conf.DEFAULT.transport_url == "fake:///"


def test_heat_detaches_a_volume_that_grows(conf):
    """Heat asks Cinder to extend a volume by version 3.0, which refuses one that is in use."""
    major, minor = conf.DEFAULT.max_cinder_api_microversion.split(".")
    assert (int(major), int(minor)) < (3, 42)


def test_stacks_act_with_all_roles_of_their_owner(conf):
    assert conf.DEFAULT.trusts_delegated_roles == ""


def test_both_apis_share_a_port(conf, settings):
    catalog = table.registration(settings).catalog(settings)
    url = settings.url("orchestration")
    assert catalog["orchestration"] == f"heat {url}/v1/%(project_id)s"
    assert catalog["cloudformation"] == f"heat-cfn {url}/cfn/v1"
    assert conf.DEFAULT.heat_waitcondition_server_url == f"{url}/cfn/v1/waitcondition"


def test_roles_of_owners_and_of_users_made_by_stacks(settings):
    wanted = table.registration(settings)
    assert set(wanted.roles) == {"heat_stack_owner", "heat_stack_user"}
    owners = {grant.user for grant in wanted.grants if "heat_stack_owner" in grant.roles}
    assert owners == {"demo", "admin"}


class Administrator:
    """The calls of an administrator."""

    def __init__(self):
        self.calls = []

    def ensure(self, kind, match, more):
        self.calls.append((kind, match, more))
        return f"{kind}-id"

    def send(self, method, url):
        self.calls.append((method, url))


def test_users_made_by_stacks_have_a_domain_with_an_administrator(conf, part, state, settings):
    admin = Administrator()
    part.set_up(admin, state, settings)
    user = {"name": conf.DEFAULT.stack_domain_admin, "domain_id": "domain-id"}
    assert ("domain", {"name": conf.DEFAULT.stack_user_domain_name}, {}) in admin.calls
    assert ("user", user, {"password": conf.DEFAULT.stack_domain_admin_password}) in admin.calls
    grant = "http://127.0.0.1:9101/v3/domains/domain-id/users/user-id/roles/role-id"
    assert admin.calls[-1] == ("PUT", grant)
