"""Request bodies: which are JSON, and which their schema takes."""

import pytest

from computeapi.domain.flavors import Flavor
from computeapi.domain.keypairs import NewKeypair

FLAVOR = '{"flavor": {"name": "a", "ram": 1, "vcpus": "2", "disk": 0}}'


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        (None, 200),
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("application/vnd.openstack.compute+json", 200),
        ("text/plain", 200),
        ("application/xml", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
    ],
)
def test_the_content_type_says_what_is_json(client, services, content_type, status):
    services.flavors.answer = Flavor("1", "a", 1, 2, 0)
    headers = {"Content-Type": content_type} if content_type else {}
    response = client.simulate_post("/v2.1/flavors", body=FLAVOR, headers=headers)
    assert response.status_code == status
    assert len(services.flavors.calls) == (status == 200)


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"a"', "{}", b"\xff", "[" * 5000])
@pytest.mark.parametrize("path", ["/v2.1/flavors", "/v2.1/servers/x/action"])
def test_a_body_that_is_no_object_is_a_bad_request(client, services, path, body):
    response = client.simulate_post(path, body=body, content_type="application/json")
    assert response.status_code == 400
    assert response.json["badRequest"]["code"] == 400
    assert not services.flavors.calls
    assert not services.servers.calls


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"os-stop": None}, 202),
        ({"os-stop": None, "os-start": None}, 400),
        ({"nothing": None}, 400),
        ({"__init__": None}, 400),
    ],
)
def test_the_one_key_names_the_action(client, services, body, status):
    response = client.simulate_post("/v2.1/servers/x/action", json=body)
    assert response.status_code == status
    assert [name for name, _ in services.servers.calls] == (["stop"] if status == 202 else [])
    assert (response.content == b"") == (status == 202)


@pytest.mark.parametrize("value", [True, 1.5, None, [1], "1.0", " 1", "\u0661", "", -1, 2**31])
def test_what_is_no_integer_is_refused(client, services, value):
    body = {"flavor": {"name": "a", "ram": value, "vcpus": 1, "disk": 0}}
    assert client.simulate_post("/v2.1/flavors", json=body).status_code == 400
    assert not services.flavors.calls


@pytest.mark.parametrize("name", ["", " a", "a\u00a0", "a\nb", "\u2028", "\U0001f600", "x" * 256])
def test_a_name_that_cannot_be_shown_is_refused(client, services, name):
    body = {"server": {"name": name}}
    response = client.simulate_put("/v2.1/servers/x", json=body)
    assert response.status_code == 400
    assert not services.servers.calls


def test_the_schema_is_that_of_the_microversion(client, services):
    body = {"keypair": {"name": "k", "type": "x509", "user_id": "u"}}
    statuses = [
        client.simulate_post(
            "/v2.1/os-keypairs", json=body, headers={"OpenStack-API-Version": f"compute {version}"}
        ).status_code
        for version in ("2.1", "2.9")
    ]
    assert statuses == [400, 400]
    services.keypairs.answer = ValueError("far enough")
    client.simulate_post(
        "/v2.1/os-keypairs", json=body, headers={"OpenStack-API-Version": "compute 2.10"}
    )
    [(_, (_, new))] = services.keypairs.calls
    assert new == NewKeypair("k", "x509", None, "u")


@pytest.mark.parametrize(
    ("server", "message"),
    [
        ({"accessIPv4": "::"}, "body.server.accessIPv4: value is not an IPv4 address"),
        ({"OS-DCF:diskConfig": "x"}, 'OS-DCF:diskConfig: value is not one of "AUTO", "MANUAL"'),
        ({"flavor": 1}, "body.server: Additional properties are not allowed ('flavor' was"),
    ],
)
def test_a_refusal_names_the_place_and_not_the_value(client, server, message):
    response = client.simulate_put("/v2.1/servers/x", json={"server": server})
    assert response.status_code == 400
    assert message in response.json["badRequest"]["message"]


def test_a_refusal_names_all_choices(client):
    body = {"reboot": {"type": "Warm"}}
    message = client.simulate_post("/v2.1/servers/x/action", json=body).json["badRequest"][
        "message"
    ]
    choices = ("HARD", "Hard", "hard", "SOFT", "Soft", "soft")
    assert all(f'"{choice}"' in message for choice in choices)
    assert "other" not in message


@pytest.mark.parametrize(
    ("networks", "reasons"),
    [
        ("all", ['value is not of type "array"', 'value is not one of "none", "auto"']),
        ([5], ['body.server.networks[0]: value is not of type "object"', '"none", "auto"']),
        (
            [{}, {"uuid": 5}],
            ['body.server.networks[1].uuid: value is not of type "string"', '"none", "auto"'],
        ),
    ],
)
def test_a_refusal_of_all_choices_names_each(client, services, networks, reasons):
    server = {"name": "n", "flavorRef": "1", "imageRef": "", "networks": networks}
    response = client.simulate_post(
        "/v2.1/servers",
        json={"server": server},
        headers={"OpenStack-API-Version": "compute 2.37"},
    )
    assert response.status_code == 400
    message = response.json["badRequest"]["message"]
    assert message.startswith("Invalid input: body.server.networks: value is none of the choices (")
    assert all(reason in message for reason in reasons)
    assert not services.servers.calls
