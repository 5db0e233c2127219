"""Failures behind the API, as its callers see them."""

from typing import Any

import pytest

from computeapi.api.faults import UNEXPECTED
from computeapi.db.database import Database
from computeapi.domain.errors import ImageUnreachable, Unavailable
from computeapi.service.servers.listing import Listing


def raising(error: Exception) -> Any:
    """Return a function that raises."""

    def raises(*_args: Any, **_kwargs: Any) -> None:
        raise error

    return raises


def test_an_error_of_ours_tells_nothing(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Listing, "get", raising(RuntimeError("the password is swordfish")))
    response = cloud.request("GET", "/v2.1/servers/x")
    assert response.status == 500
    assert response.json() == {"computeFault": {"code": 500, "message": UNEXPECTED}}
    assert b"swordfish" not in response.body
    assert response.header("content-type") == "application/json"
    assert response.header("x-openstack-request-id").startswith("req-")


def test_an_error_of_ours_is_in_the_log_with_the_request_id(
    cloud: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("list_details", "list_basics"):
        monkeypatch.setattr(Listing, name, raising(KeyError("swordfish")))
    response = cloud.request("GET", "/v2.1/servers/detail")
    assert response.status == 500
    assert "swordfish" in caplog.text
    assert response.header("x-openstack-request-id") in caplog.text


def test_an_image_service_that_does_not_answer(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    away = raising(ImageUnreachable("The image service is away.", retry_after=7))
    monkeypatch.setattr(type(cloud.images), "get", away)
    response = cloud.boot()
    assert response.status == 503
    message = "The image service is away."
    assert response.json() == {"serviceUnavailable": {"code": 503, "message": message}}
    assert response.header("retry-after") == "7"
    assert cloud.request("GET", "/v2.1/servers").json() == {"servers": []}


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("GET", "/v2.1/servers", None),
        ("POST", "/v2.1/servers", "new"),
        ("GET", "/v2.1/flavors/1", None),
        ("POST", "/v2.1/os-keypairs", {"keypair": {"name": "k"}}),
        ("GET", "/v2.1/limits", None),
        ("GET", "/v2.1/os-availability-zone", None),
    ],
)
def test_a_database_that_does_not_answer(
    cloud: Any, monkeypatch: pytest.MonkeyPatch, method: str, url: str, body: Any
) -> None:
    for entry in ("read", "write"):
        monkeypatch.setattr(Database, entry, raising(Unavailable("The database is away.")))
    response = cloud.request(method, url, cloud.new if body == "new" else body)
    assert response.status == 503
    assert list(response.json()) == ["serviceUnavailable"]
    assert response.header("retry-after") == "5"


def test_a_worker_that_does_not_answer(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    url = cloud.boot().header("location")
    cloud.work()
    monkeypatch.setattr(type(cloud), "call", raising(Unavailable("The worker is away.")))
    action = url.removeprefix("http://compute.example:8774") + "/action"
    response = cloud.request("POST", action, {"os-getConsoleOutput": {}})
    assert response.status == 503
    assert response.header("retry-after") == "5"


def test_a_body_in_another_encoding(cloud: Any) -> None:
    body = '{"server": {"name": "ä"}}'.encode("latin-1")
    assert cloud.request("POST", "/v2.1/servers", body).status == 400


def test_a_client_that_goes_away_in_the_middle_of_a_body(cloud: Any) -> None:
    response = cloud.request("POST", "/v2.1/servers", b'{"server": {"na')
    assert response.status == 400
    assert cloud.request("GET", "/v2.1/servers").json() == {"servers": []}


def test_a_body_of_unknown_length(cloud: Any) -> None:
    headers = {"x-auth-token": "alice:p1:member,reader", "transfer-encoding": "chunked"}
    response = cloud.request("POST", "/v2.1/servers", b" " * 114689, headers, announced=False)
    assert response.status == 413
    response = cloud.request("POST", "/v2.1/servers", b'{"server": 1}', headers, announced=False)
    assert response.status == 400
