"""WSME swallows exceptions, and tells the caller what they say."""

import logging

import pytest

from computeapi.api import faults, versions
from computeapi.domain.errors import Unavailable
from computeapi.pecan_impl.types.requests import RequestType

SECRET = "the password is hunter2"


class CodedError(Exception):
    """An error of some library, with a code of its own."""

    code = 404


@pytest.mark.parametrize("error", [RuntimeError(SECRET), CodedError(SECRET), KeyError(SECRET)])
def test_unforeseen_errors_are_for_the_log_alone(ask, services, caplog, error):
    services.servers.answers["get"] = error
    with caplog.at_level(logging.ERROR):
        response = ask("GET", "/v2.1/servers/A")
    assert response.status_int == 500
    assert response.json == faults.fault(500, faults.UNEXPECTED)
    assert SECRET in caplog.text
    assert "Traceback" in caplog.text


def test_errors_while_a_response_is_written_are_for_the_log_alone(ask, services, caplog):
    services.limits.answers["get"] = (SECRET, SECRET)
    response = ask("GET", "/v2.1/limits")
    assert response.json == faults.fault(500, faults.UNEXPECTED)
    services.servers.answers["console_output"] = object()
    body = {"os-getConsoleOutput": {}}
    response = ask("POST", "/v2.1/servers/A/action", body)
    assert response.json == faults.fault(500, faults.UNEXPECTED)
    assert "object" in caplog.text


def test_errors_while_a_body_is_read_are_for_the_log_alone(ask, monkeypatch, caplog):
    def fail(cls: type, document: object) -> None:
        raise AttributeError(SECRET)

    monkeypatch.setattr(RequestType, "read", classmethod(fail))
    response = ask("POST", "/v2.1/servers", {"server": {}})
    assert response.status_int == 500
    assert response.json == faults.fault(500, faults.UNEXPECTED)
    assert SECRET in caplog.text


@pytest.mark.parametrize("whose", ["", "Service-"])
@pytest.mark.parametrize("path", ["/v2.1/servers", "/v2.1/flavors", "/v2.1/limits"])
def test_a_token_that_was_found_invalid_is_unauthorized(ask, services, path, whose):
    """auth_token leaves that to the application where delay_auth_decision is set."""
    headers = {f"X-{whose}Identity-Status": "Invalid", "X-User-Id": "u", "X-Project-Id": "p"}
    response = ask("GET", path, headers=headers)
    assert response.status_int == 401
    assert list(response.json) == ["unauthorized"]
    assert services.servers.calls == services.flavors.calls == services.limits.calls == []


def test_unavailable_says_when_to_ask_again(ask, services):
    services.servers.answers["get"] = Unavailable("Later.", retry_after=7)
    response = ask("GET", "/v2.1/servers/A")
    assert response.json == faults.fault(503, "Later.")
    assert response.headers["Retry-After"] == "7"


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/png", "nonsense", ""])
@pytest.mark.parametrize("path", ["/v2.1/limits", "/v2.1/nothing", "/v2.1/servers/A"])
def test_everything_is_json_whatever_is_accepted(ask, services, accept, path):
    services.servers.answers["get"] = RuntimeError(SECRET)
    response = ask("GET", path, headers={"Accept": accept})
    assert response.status_int in (200, 404, 500)
    assert response.headers["Content-Type"] == "application/json"
    assert isinstance(response.json, dict)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v2.1/limits", 200),
        ("GET", "/v2.1/nothing", 404),
        ("GET", "/v2.1/%ff", 404),
        ("PATCH", "/v2.1/limits", 405),
        ("POST", "/v2.1/servers", 400),
        ("GET", "/v2.1/servers/A", 500),
        ("DELETE", "/v2.1/servers/A", 204),
        ("DELETE", "/v2.1/flavors/A", 202),
    ],
)
def test_every_response_tells_its_version_once(ask, services, method, path, status):
    services.servers.answers["get"] = RuntimeError(SECRET)
    response = ask(method, path, headers={"OpenStack-API-Version": "compute 2.7"})
    assert response.status_int == status
    for name, value in versions.headers(versions.Version(2, 7)):
        assert response.headers.getall(name) == [value]


@pytest.mark.parametrize(
    ("asked", "status", "told"), [("2.999", 406, ["compute 2.999"]), ("x", 400, [])]
)
def test_refused_version_is_told_if_it_is_one(ask, asked, status, told):
    response = ask("GET", "/v2.1/", headers={"OpenStack-API-Version": f"compute {asked}"})
    assert response.status_int == status
    assert response.headers.getall("Vary") == [versions.VARY]
    assert response.headers.getall(versions.HEADER) == told


def test_empty_bodies_are_empty(ask):
    accepted = ask("POST", "/v2.1/servers/A/action", {"os-start": None})
    deleted = ask("DELETE", "/v2.1/servers/A")
    assert (accepted.status_int, accepted.body) == (202, b"")
    assert (deleted.status_int, deleted.body) == (204, b"")
