"""The explanations of Tempest's failures, and the configuration that it is given."""

import configparser

import yaml

from conformance.cloud import Cloud
from conformance.tempest import proof


def test_a_failure_is_explained_by_its_name_and_its_error():
    known = [proof.Known("networks", "405|404", "no network service")]
    name = "tempest.api.compute.test_networks.X.test_list"
    assert proof.reason(proof.Outcome(name, "failed", "a\nDetails: 405"), known)
    assert proof.reason(proof.Outcome(name, "failed", "a\nDetails: 500"), known) is None
    assert proof.reason(proof.Outcome("servers", "failed", "Details: 405"), known) is None


def test_a_reason_that_explains_nothing_is_stale(monkeypatch):
    known = [proof.Known("networks", "404", "no network service"), proof.Known("x", "5", "old")]
    monkeypatch.setattr(proof, "known", lambda: known)
    found = [
        proof.Outcome("test_networks", "failed", "Details: 404"),
        proof.Outcome("test_servers", "failed", "Details: 404"),
        proof.Outcome("test_flavors", "passed", ""),
    ]
    assert proof.counted("falcon", found) == {"explained": 1, "failed": 1, "passed": 1, "stale": 1}


def test_every_known_failure_has_a_reason():
    assert proof.known()
    assert all(entry.because and (entry.test or entry.error) for entry in proof.known())


def test_the_configuration_names_the_cloud(tmp_path):
    auth = {"auth_url": "http://identity.example/v3", "password": "secret"}
    clouds = {"clouds": {"computeapi-admin": {"auth": auth}}}
    (tmp_path / "clouds.yaml").write_text(yaml.safe_dump(clouds))
    path = proof.configuration(Cloud(tmp_path, {}), ("i1", "i2"), tmp_path)
    config = configparser.RawConfigParser()
    config.read(path)
    assert config["identity"]["uri_v3"] == "http://identity.example/v3"
    assert config["auth"]["admin_password"] == "secret"
    assert config["compute"]["image_ref_alt"] == "i2"
    assert config["service_available"]["neutron"] == "False"
