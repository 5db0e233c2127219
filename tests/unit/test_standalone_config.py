"""The configuration files of a cloud."""

import configparser
import dataclasses
import logging

import pytest
import yaml
from oslo_config import cfg

from computeapi import conf
from computeapi.cmd.serving.limits import Limits
from computeapi.standalone import config, serving
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder


@pytest.fixture
def state(tmp_path):
    folder = StateFolder(tmp_path / "cloud")
    folder.create()
    return folder


@pytest.fixture
def settings():
    return Settings(port=9100, driver="fake", front_end="pecan", host="here")


def test_services_understand_the_compute_configuration(state, settings):
    config.write(state, settings)
    options = conf.load([str(state.compute_conf)])
    assert options.state_path == str(state.path)
    assert options.host == "here"
    assert (options.api.listen, options.api.port) == ("127.0.0.1", 9100)
    assert options.api.paste_config == str(state.etc / "api-paste.ini")
    assert options.worker.driver == "fake"
    assert options.console.base_url == "http://127.0.0.1:9103"
    assert (options.console.listen, options.console.port) == ("127.0.0.1", 9103)
    assert options.images.endpoint == "http://127.0.0.1:9102"
    assert options.images.auth_url == "http://127.0.0.1:9101/v3"
    assert options.images.password == settings.passwords["computeapi"]
    assert options.database.connection == f"sqlite:///{state.path}/computeapi.sqlite"


@pytest.mark.parametrize(
    ("name", "user", "kind"),
    [("computeapi.conf", "computeapi", "compute"), ("glance-api.conf", "glance", "image")],
)
def test_each_service_has_its_own_user_and_type(state, settings, name, user, kind):
    config.write(state, settings)
    options = cfg.ConfigOpts()
    names = ("username", "password", "auth_url", "service_type")
    options.register_opts([cfg.StrOpt(n) for n in names], group="keystone_authtoken")
    options([], default_config_files=[str(state.etc / name)])
    section = options.keystone_authtoken
    assert section.username == user
    assert section.password == settings.passwords[user]
    assert section.auth_url == "http://127.0.0.1:9101/v3"
    # Access rules of application credentials name it.
    assert section.service_type == kind


@pytest.mark.parametrize("front_end", ["falcon", "pecan"])
def test_front_end_is_one_word_of_the_paste_file(settings, front_end):
    settings.front_end = front_end
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.read_string(config.api_paste(settings))
    assert parsed.defaults()["front_end"] == front_end
    assert parsed["app:api"]["use"] == "egg:computeapi#%(front_end)s"
    assert parsed["pipeline:main"]["pipeline"].split()[-3:] == ["auth_token", "paths", "api"]


@pytest.mark.parametrize("server", ["eventlet", "threads"])
def test_server_is_one_word_of_the_paste_file(settings, server):
    settings.server = server
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.read_string(config.api_paste(settings))
    assert parsed["server:main"]["use"] == f"egg:computeapi#{server}"


def test_the_paste_file_says_the_defaults_of_the_server(settings):
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.read_string(config.api_paste(settings))
    own = {name: text for name, text in parsed["server:main"].items() if name != "use"}
    assert own.pop("front_end")
    assert Limits.from_options({}, own) == Limits()
    assert own.keys() == {field.name for field in dataclasses.fields(Limits)}


def test_clouds_are_a_member_and_an_administrator(settings):
    clouds = yaml.safe_load(config.clouds_yaml(settings))["clouds"]
    assert list(clouds) == ["computeapi", "computeapi-admin"]
    member, administrator = (c["auth"] for c in clouds.values())
    assert (member["username"], member["project_name"]) == ("demo", "demo")
    assert (administrator["username"], administrator["project_name"]) == ("admin", "admin")
    assert member["password"] == settings.passwords["demo"]
    assert administrator["password"] == settings.passwords["admin"]


@pytest.mark.parametrize(("parts", "is_told"), [(["volume"], True), (["network", "volume"], False)])
def test_the_sdk_asks_for_floating_ips_where_there_is_neutron(settings, parts, is_told):
    settings.active = parts
    clouds = yaml.safe_load(config.clouds_yaml(settings))["clouds"].values()
    assert [("floating_ip_source" in c, "secgroup_source" in c) for c in clouds] == [
        (is_told, is_told)
    ] * 2


def test_weak_hashing_is_keystones_alone(state, settings):
    config.write(state, settings)
    weak = [f.name for f in state.etc.iterdir() if "password_hash_rounds" in f.read_text()]
    assert weak == ["keystone.conf"]


def test_keystone_warns_of_no_login(state):
    """With a limit above that of bcrypt it logs a warning whenever it checks a password."""
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.read_string(config.keystone_conf(state))
    assert parsed["identity"].getint("max_password_length") <= 72
    assert all(len(password) <= 72 for password in Settings().passwords.values())


def test_plugins_whose_packages_are_not_there_are_no_errors(state, settings, monkeypatch):
    state.save(settings)
    monkeypatch.setattr(serving.os, "umask", lambda _: None)
    monkeypatch.setattr(serving.warnings, "simplefilter", lambda _: None)
    log = logging.getLogger("stevedore.extension")
    monkeypatch.setattr(log, "level", logging.NOTSET)
    serving.begin(str(state.path))
    assert not log.isEnabledFor(logging.ERROR)


def test_files_are_the_owners_alone(state, settings):
    config.write(state, settings)
    files = [*state.etc.iterdir(), state.clouds_yaml]
    assert len(files) == 5
    assert {f.stat().st_mode & 0o777 for f in files} == {0o600}
