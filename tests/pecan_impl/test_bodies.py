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
        (GIVEN | {"networks": [{"id": "n"}]}, "Unknown attribute: server.networks[0].id"),
        (
            GIVEN | {"name": None},
            "Invalid input for field/attribute server.name. Value should not be null",
        ),
        (
            GIVEN | {"OS-DCF:diskConfig": "x"},
            "Invalid input for field/attribute server.OS-DCF:diskConfig. Value: 'x'. "
            "Value should be one of: AUTO, MANUAL",
        ),
        (
            GIVEN | {"networks": [{}, {"fixed_ip": "x"}]},
            "Invalid input for field/attribute server.networks[1].fixed_ip. Value: 'x'. "
            "Value should be an IPv4 or 6 address",
        ),
        (
            GIVEN | {"networks": [5]},
            "Invalid input for field/attribute server.networks[0]. Value: '5'. "
            "Value should be an object",
        ),
        (
            GIVEN | {"block_device_mapping_v2": [{"boot_index": "x"}]},
            "Invalid input for field/attribute server.block_device_mapping_v2[0].boot_index. "
            "Value: 'x'. Value should be an integer",
        ),
        (
            GIVEN | {"metadata": {"k": 5}},
            "Invalid input for field/attribute server.metadata.k. Value: '5'. "
            "Value should be a string of up to 255 characters",
        ),
        (
            GIVEN | {"config_drive": "perhaps"},
            "Invalid input for field/attribute server.config_drive. Value: 'perhaps'. "
            "Value should be true, false, or one of: 'True', 'TRUE', 'true', '1', 'ON', 'On', "
            "'on', 'YES', 'Yes', 'yes', 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', "
            "'NO', 'No', 'no'",
        ),
    ],
)
def test_a_refusal_names_the_attribute_by_its_path(ask, server, message):
    response = ask("POST", SERVERS, {"server": server})
    assert response.status_int == 400
    assert response.json["badRequest"]["message"] == message


def test_a_refusal_names_the_choices(ask):
    headers = {"OpenStack-API-Version": "compute 2.37"}
    response = ask("POST", SERVERS, {"server": GIVEN | {"networks": "all"}}, headers)
    assert response.json["badRequest"]["message"] == (
        "Invalid input for field/attribute server.networks. Value: 'all'. "
        "Value should be a list of networks, or 'auto' or 'none'"
    )


@pytest.mark.parametrize(
    ("method", "path", "body", "attribute"),
    [
        ("PUT", "/servers/x/tags", {"tags": ["a", "b,c"]}, "tags[1]"),
        (
            "POST",
            "/servers",
            {"server": GIVEN, "os:scheduler_hints": {"same_host": ["x"]}},
            "os:scheduler_hints.same_host[0]",
        ),
        ("POST", "/servers/x/metadata", {"metadata": {"k": None}}, "metadata.k"),
        ("POST", "/flavors/x/os-extra_specs", {"extra_specs": {"k": []}}, "extra_specs.k"),
        ("POST", "/servers/x/action", {"reboot": {"type": "?"}}, "reboot.type"),
    ],
)
def test_a_refusal_names_the_part_of_a_value(ask, method, path, body, attribute):
    headers = {"OpenStack-API-Version": "compute 2.26"}
    response = ask(method, f"/v2.1{path}", body, headers)
    assert response.json["badRequest"]["message"].startswith(
        f"Invalid input for field/attribute {attribute}. Value"
    )


def test_a_refusal_names_a_missing_document(ask):
    response = ask("POST", SERVERS, {})
    assert response.json["badRequest"]["message"] == "Missing attribute: server"
