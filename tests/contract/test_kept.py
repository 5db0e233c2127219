"""A 202 is a promise: server and operation are kept together, before anybody hears of them."""

from typing import Any

import pytest

from computeapi.db.operations import Operations
from computeapi.domain.paging import PageRequest
from computeapi.domain.servers import ALL_PROJECTS, ServerFilters

ADMIN = {"x-auth-token": "root:ops:admin,member,reader"}


def new(**fields: Any) -> dict[str, Any]:
    """Return the body of a request for servers."""
    image = "11111111-1111-4111-8111-111111111111"
    return {"server": {"name": "s", "imageRef": image, "flavorRef": "42"} | fields}


def unfinished(cloud: Any) -> list[str]:
    """Return what is kept, queued and running, as actions."""
    with cloud.db.read() as tx:
        servers = tx.servers.list(ServerFilters(ALL_PROJECTS), PageRequest(100)).items
        return [o.action for s in servers for o in tx.operations.unfinished(s.id)]


@pytest.fixture
def heard(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The rows that were kept at each wake-up of a worker."""
    wake_ups: list[list[str]] = []
    monkeypatch.setattr(type(cloud), "cast", lambda self, host: wake_ups.append(unfinished(cloud)))
    return wake_ups


def test_a_worker_is_woken_when_the_operation_is_kept(cloud: Any, heard: list) -> None:
    location = cloud.request("POST", "/v2.1/servers", new()).header("location")
    url = location.removeprefix("http://compute.example:8774")
    cloud.work()
    cloud.request("POST", f"{url}/action", {"os-stop": None})
    cloud.work()
    cloud.request("POST", f"{url}/action", {"os-start": None})
    cloud.request("DELETE", url)
    assert heard == [["create"], ["stop"], ["start"], ["start", "delete"]]


def test_many_servers_are_one_wake_up(cloud: Any, heard: list) -> None:
    cloud.request("POST", "/v2.1/servers", new(min_count=3))
    assert heard == [["create"] * 3]


@pytest.mark.parametrize(
    "fields", [{"flavorRef": "none"}, {"min_count": 11}, {"key_name": "none"}, {"name": ""}]
)
def test_what_is_refused_wakes_nobody(cloud: Any, heard: list, fields: dict) -> None:
    assert cloud.request("POST", "/v2.1/servers", new(**fields)).status in (400, 403)
    assert heard == []


def test_a_server_that_finds_no_host_wakes_nobody(cloud: Any, heard: list) -> None:
    assert cloud.request("POST", "/v2.1/servers", new(flavorRef="5")).status == 202
    assert heard == []
    assert unfinished(cloud) == []


def test_a_server_is_not_kept_without_its_operation(
    cloud: Any, heard: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Operations, "add", fail)
        assert cloud.request("POST", "/v2.1/servers", new(min_count=2)).status == 500
    assert heard == []
    assert cloud.request("GET", "/v2.1/servers?all_tenants=1", headers=ADMIN).json() == {
        "servers": []
    }
    limits = cloud.request("GET", "/v2.1/limits").json()["limits"]["absolute"]
    assert limits["totalInstancesUsed"] == 0


def test_a_state_is_not_changed_without_its_operation(
    cloud: Any, heard: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any) -> None:
        raise RuntimeError("the disk is full")

    location = cloud.request("POST", "/v2.1/servers", new()).header("location")
    url = location.removeprefix("http://compute.example:8774")
    cloud.work()
    before = cloud.request("GET", url).body
    heard.clear()
    with monkeypatch.context() as patch:
        patch.setattr(Operations, "add", fail)
        assert cloud.request("POST", f"{url}/action", {"os-stop": None}).status == 500
        assert cloud.request("DELETE", url).status == 500
    assert heard == []
    assert cloud.request("GET", url).body == before


def test_an_operation_tells_who_asked(cloud: Any) -> None:
    response = cloud.request("POST", "/v2.1/servers", new())
    server_id = response.json()["server"]["id"]
    with cloud.db.read() as tx:
        (operation,) = tx.operations.unfinished(server_id)
    assert operation.request_id == response.header("x-openstack-request-id")
    assert (operation.user_id, operation.project_id) == ("alice", "p1")
    assert (operation.action, operation.host) == ("create", "host1")
