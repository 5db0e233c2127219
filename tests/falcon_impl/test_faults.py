"""Every kind of error becomes a fault, with the headers of the microversion."""

import logging

import pytest

from computeapi.api import versions
from computeapi.api.faults import UNEXPECTED
from computeapi.domain.errors import Conflict, NotFound, Unavailable


@pytest.mark.parametrize("whose", ["", "Service-"])
@pytest.mark.parametrize("path", ["/v2.1/servers", "/v2.1/flavors", "/v2.1/limits"])
def test_a_token_that_was_found_invalid_is_unauthorized(client, services, path, whose):
    """auth_token leaves that to the application where delay_auth_decision is set."""
    headers = {f"X-{whose}Identity-Status": "Invalid", "X-User-Id": "u", "X-Project-Id": "p"}
    response = client.simulate_get(path, headers=headers)
    assert response.status_code == 401
    assert list(response.json) == ["unauthorized"]
    assert services.servers.calls == services.flavors.calls == services.limits.calls == []


@pytest.mark.parametrize(
    ("error", "name"),
    [(NotFound("gone"), "itemNotFound"), (Conflict("busy"), "conflictingRequest")],
)
def test_a_domain_error_keeps_code_and_message(client, services, error, name):
    services.servers.answer = error
    response = client.simulate_get("/v2.1/servers/x")
    assert response.status_code == error.code
    assert response.json == {name: {"code": error.code, "message": error.message}}


def test_what_is_unavailable_tells_when_to_ask_again(client, services):
    services.servers.answer = Unavailable("no answer", retry_after=7)
    response = client.simulate_get("/v2.1/servers/x")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "7")


def test_an_unexpected_error_is_for_the_log_only(client, services, caplog):
    services.servers.answer = KeyError("secret")
    with caplog.at_level(logging.ERROR):
        response = client.simulate_get("/v2.1/servers/x")
    assert response.json == {"computeFault": {"code": 500, "message": UNEXPECTED}}
    assert "KeyError: 'secret'" in caplog.text


def test_a_view_that_fails_is_a_fault_too(client, services):
    services.limits.answer = (None, None)
    assert client.simulate_get("/v2.1/limits").json["computeFault"]["code"] == 500


@pytest.mark.parametrize(
    ("path", "version", "status"),
    [
        ("/v2.1/nowhere", "2.3", 404),
        ("/v2.1/flavors", "2.3", 200),
        ("/v2.1/servers", "2.999", 406),
        ("/v2.1/servers", "x", 400),
        ("/v2.1", "2.999", 406),
        ("/", "2.999", 200),
    ],
)
def test_the_version_headers_are_on_every_response_that_has_one(client, path, version, status):
    response = client.simulate_get(path, headers={versions.HEADER: f"compute {version}"})
    assert response.status_code == status
    assert response.headers["Vary"] == versions.VARY
    served = {"2.3": "2.3", "2.999": "2.1" if path == "/" else "2.999"}.get(version)
    assert response.headers.get(versions.HEADER) == (served and f"compute {served}")
