"""The configuration of Cinder as the part ``volume``."""

import pytest
from oslo_config import cfg

from computeapi.standalone.parts import table
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder

OPTIONS = {
    "DEFAULT": ("transport_url", "state_path", "glance_api_servers", "enabled_backends"),
    "database": ("connection", "slave_connection"),
    "files": ("volume_driver", "nas_share_path", "nfs_qcow2_volumes"),
    "keystone_authtoken": ("username", "password", "service_token_roles_required", "service_type"),
    "nova": ("username", "password", "token_auth_url"),
    "service_user": ("username", "send_service_user_token"),
}


@pytest.fixture
def state(tmp_path):
    return StateFolder(tmp_path / "cloud")


@pytest.fixture
def settings(state):
    made = Settings(port=9100, host="here")
    table.choose(state, made, ["volume"], pytest.fail)
    return made


@pytest.fixture
def part(settings):
    return table.active(settings)[0]


@pytest.fixture
def conf(state, settings, part):
    """The options of cinder.conf."""
    ((path, text),) = part.files(state, settings).items()
    assert path == state.etc / "cinder.conf"
    state.create()
    path.write_text(text)
    options = cfg.ConfigOpts()
    for group, names in OPTIONS.items():
        options.register_opts([cfg.StrOpt(name) for name in names], group=group)
    options([], default_config_files=[str(path)])
    return options


def test_volumes_are_files_of_the_cloud_and_no_broker_is_asked(conf, state):
    assert conf.DEFAULT.transport_url == "fake:///"
    assert conf.DEFAULT.enabled_backends == "files"
    assert conf.files.volume_driver.rpartition(".")[0] == (
        "computeapi.standalone.parts.volume.driver"
    )
    assert conf.files.nas_share_path == f"{state.path}/cinder/volumes"
    assert conf.database.connection.startswith(f"sqlite:///{state.path}/cinder/cinder.sqlite?")


def test_cinder_has_its_own_user_and_wants_service_tokens(conf, settings):
    for section in (conf.keystone_authtoken, conf.nova, conf.service_user):
        assert section.username == "cinder"
    assert conf.nova.password == conf.keystone_authtoken.password == settings.passwords["cinder"]
    assert conf.nova.token_auth_url == "http://127.0.0.1:9101/v3"
    assert conf.keystone_authtoken.service_token_roles_required == "true"
    assert conf.keystone_authtoken.service_type == "block-storage"
    assert conf.service_user.send_service_user_token == "true"


def test_clients_find_it_by_both_types(settings):
    catalog = table.registration(settings).catalog(settings)
    url = f"{settings.url('volume')}/v3/%(project_id)s"
    assert catalog["volumev3"] == f"cinderv3 {url}"
    assert catalog["block-storage"] == f"cinder {url}"


def test_compute_is_told_of_it(state, settings, part):
    section = part.compute_sections(state, settings)
    assert section.startswith("\n[volumes]\n")
    assert "\nbackend = cinder\n" in section
    assert f"endpoint = {settings.url('volume')}/v3\n" in section
