"""The settings of Horizon as the part ``dashboard``."""

import sys
from types import ModuleType

import pytest

from computeapi.standalone.parts import table
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder


@pytest.fixture
def state(tmp_path):
    return StateFolder(tmp_path / "cloud")


@pytest.fixture
def settings(state):
    made = Settings(port=9100)
    table.choose(state, made, ["dashboard"], pytest.fail)
    return made


@pytest.fixture
def horizon(monkeypatch):
    """The settings of Horizon that are there before ours."""
    module = ModuleType("openstack_dashboard.settings")
    module.HORIZON_CONFIG = {}
    monkeypatch.setitem(sys.modules, "openstack_dashboard", ModuleType("openstack_dashboard"))
    monkeypatch.setitem(sys.modules, "openstack_dashboard.settings", module)
    return module


@pytest.fixture
def local(state, settings, horizon):
    """Return what the file of settings says."""

    def run():
        (part,) = [p for p in table.active(settings) if p.name == "dashboard"]
        package, file = part.files(state, settings).items()
        assert package == (state.etc / "horizon" / "local" / "__init__.py", "")
        assert file[0] == state.etc / "horizon" / "local" / "local_settings.py"
        names = {}
        exec(file[1], names)
        return names

    return run


def test_horizon_asks_this_clouds_keystone(local, state, settings, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    names = local()
    assert names["OPENSTACK_KEYSTONE_URL"] == "http://127.0.0.1:9101/v3"
    assert names["SECRET_KEY"] == settings.passwords["horizon"]
    assert names["STATIC_ROOT"] == f"{tmp_path}/computeapi/horizon"
    assert names["SESSION_FILE_PATH"] == f"{state.path}/horizon/sessions"
    assert names["DEBUG"] is False


def test_hosts_are_this_machines_unless_others_reach_it(local, settings):
    assert "127.0.0.1" in local()["ALLOWED_HOSTS"]
    assert "*" not in local()["ALLOWED_HOSTS"]
    settings.listen = "0.0.0.0"
    assert local()["ALLOWED_HOSTS"] == ["*"]


@pytest.mark.parametrize("has_network", [False, True])
def test_neutron_is_asked_where_it_runs(local, settings, horizon, has_network):
    if has_network:
        settings.active.append("network")
    assert local()["OPENSTACK_NEUTRON_NETWORK"] == {
        "enable_quotas": has_network,
        "enable_router": has_network,
    }
    assert horizon.HORIZON_CONFIG["customization_module"].endswith("dashboard.overrides")


def test_dashboard_is_no_service_of_the_catalog_and_its_address_is_told(state, settings):
    assert "dashboard" not in " ".join(table.registration(settings).catalog(settings))
    (part,) = table.active(settings)
    (hint,) = part.hints(state, settings)
    assert settings.url("dashboard") in hint
    assert str(state.clouds_yaml) in hint
