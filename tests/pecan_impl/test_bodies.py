"""WSME reads more than JSON objects, and fails on less."""

import pytest

SERVERS = "/v2.1/servers"
GIVEN = {"name": "n", "flavorRef": "1"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"server"',
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"server":' * 10_000,
        b'{"server": {"name": "n", "flavorRef": "1", "min_count": NaN}}',
        b'{"server": {"name": "n", "flavorRef": "1", "adminPass": "\\ud800"}}',
    ],
)
def test_what_is_no_json_object_is_refused(ask, services, body):
    response = ask("POST", SERVERS, body)
    assert response.status_int == 400
    assert list(response.json) == ["badRequest"]
    assert services.servers.calls == []


@pytest.mark.parametrize(
    "server",
    [
        None,
        [],
        "n",
        GIVEN | {"networks": [None]},
        GIVEN | {"networks": ["n"]},
        GIVEN | {"networks": {}},
        GIVEN | {"security_groups": [[]]},
        GIVEN | {"personality": [{"path": "/p", "contents": "", "mode": 1}]},
        GIVEN | {"name": None},
        GIVEN | {"min_count": True},
        GIVEN | {"min_count": 1.9},
        GIVEN | {"min_count": {}},
        GIVEN | {"config_drive": 1},
        GIVEN | {"config_drive": []},
        GIVEN | {"OS-DCF:diskConfig": []},
        GIVEN | {"disk_config": "AUTO"},
        GIVEN | {"flavor_ref": "1"},
    ],
)
def test_types_are_strict_at_every_depth(ask, services, server):
    response = ask("POST", SERVERS, {"server": server})
    assert response.status_int == 400
    assert services.servers.calls == []


@pytest.mark.parametrize("image_ref", ["ABCDEF00-0000-4000-8000-00000000000A", "a" * 32])
def test_values_are_kept_as_they_are_written(ask, services, image_ref):
    ask("POST", SERVERS, {"server": GIVEN | {"imageRef": image_ref, "max_count": "3"}})
    ((method, (new,)),) = services.servers.calls
    assert (method, new.image_ref, new.max_count) == ("create", image_ref, 3)


def test_block_devices_arrive_by_the_callers_names(ask, services):
    device = {"source_type": "image", "uuid": "u", "boot_index": "0", "no_device": None}
    body = {"server": GIVEN | {"block_device_mapping_v2": [device]}}
    ask("POST", SERVERS, body)
    assert services.servers.calls[0][1][0].block_devices == [device | {"boot_index": 0}]


@pytest.mark.parametrize("content_type", ["application/xml", "text/xml", "text/javascript"])
def test_other_types_than_json_are_refused(ask, services, content_type):
    body = b'<document><server><name type="str">n</name></server></document>'
    response = ask("POST", SERVERS, body, {"Content-Type": content_type})
    assert response.status_int == 415
    assert list(response.json) == ["badMediaType"]
    assert services.servers.calls == []


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/json; charset=utf-8"])
def test_types_that_may_be_json_are_read(ask, services, content_type):
    body = {"os-start": None}
    response = ask("POST", f"{SERVERS}/A/action", body, {"Content-Type": content_type})
    assert response.status_int == 202
    assert services.servers.calls == [("start", ("A",))]


def test_fields_of_the_future_are_unknown(ask, services):
    body = {"keypair": {"name": "k", "type": "ssh"}}
    assert ask("POST", "/v2.1/os-keypairs", body).status_int == 400
    assert services.keypairs.calls == []
    ask("POST", "/v2.1/os-keypairs", body, {"OpenStack-API-Version": "compute 2.2"})
    assert services.keypairs.calls[0][1][0].type == "ssh"


@pytest.mark.parametrize(
    ("server", "message"),
    [
        ({"name": "n"}, "Missing attribute: server.flavorRef"),
        (GIVEN | {"colour": "red"}, "Unknown attribute: server.colour"),
        (GIVEN | {"colour": 1, "size": 2}, "Unknown attributes: server.colour, server.size"),
        (GIVEN | {"networks": [{"id": "n"}]}, "Unknown attribute: server.networks.id"),
        (
            GIVEN | {"name": None},
            "Invalid input for field/attribute name. Value should not be null",
        ),
        (
            GIVEN | {"OS-DCF:diskConfig": "x"},
            "Invalid input for field/attribute OS-DCF:diskConfig. Value: 'x'. "
            "Value should be one of: AUTO, MANUAL",
        ),
    ],
)
def test_a_refusal_names_the_attribute_by_its_path(ask, server, message):
    response = ask("POST", SERVERS, {"server": server})
    assert response.status_int == 400
    assert response.json["badRequest"]["message"] == message


def test_a_refusal_names_a_missing_document(ask):
    response = ask("POST", SERVERS, {})
    assert response.json["badRequest"]["message"] == "Missing attribute: server"
