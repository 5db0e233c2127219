"""Servers whose delete is deferred: their states, lists, quotas, and the ways back and out."""

from collections.abc import Iterator
from typing import Any

import pytest

from computeapi.worker.timers import TimedActions, deferred_delete
from tests.contract.clouds import Cloud

FRONT_ENDS = ("falcon", "pecan")
INTERVAL = 3600
MEMBER = "alice:p1:member,reader"
READER = "alice:p1:reader"
ADMIN = "root:p1:admin,member,reader"
STRANGER = "bob:p2:member,reader"
FORBIDDEN, NOT_FOUND, CONFLICT = 403, 404, 409


class Site:
    """A cloud where deletes are deferred, and the requests to it."""

    def __init__(self, cloud: Any) -> None:
        self.cloud = cloud

    def send(
        self, request: str, body: Any = None, token: str = MEMBER, version: str = "2.90"
    ) -> Any:
        method, url = request.split()
        headers = {"x-auth-token": token, "openstack-api-version": f"compute {version}"}
        return self.cloud.request(method, f"/v2.1{url}", body, headers)

    def boot(self, name: str = "s") -> str:
        """Return the id of a server that runs."""
        server = {**self.cloud.new["server"], "name": name}
        found = self.send("POST /servers", {"server": server}, version="2.1")
        assert found.status == 202
        self.cloud.work()
        return found.json()["server"]["id"]

    def act(self, server_id: str, body: Any, token: str = MEMBER) -> int:
        """Return the status of an action, which the worker carries out."""
        status = self.send(f"POST /servers/{server_id}/action", body, token).status
        self.cloud.work()
        return status

    def delete(self, server_id: str, token: str = MEMBER) -> int:
        """Return the status of a delete, which the worker carries out."""
        status = self.send(f"DELETE /servers/{server_id}", token=token).status
        self.cloud.work()
        return status

    def states(self, server_id: str) -> tuple[str, str, str | None]:
        server = self.send(f"GET /servers/{server_id}").json()["server"]
        names = ("status", "OS-EXT-STS:vm_state", "OS-EXT-STS:task_state")
        return tuple(server[name] for name in names)

    def listed(self, query: str, token: str = MEMBER) -> list[str]:
        found = self.send(f"GET /servers{query}", token=token)
        assert found.status == 200
        return [server["name"] for server in found.json()["servers"]]


@pytest.fixture(scope="module", params=FRONT_ENDS)
def deferring(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cloud]:
    """A cloud where deletes are deferred."""
    options = f"[DEFAULT]\nreclaim_instance_interval = {INTERVAL}\n"
    cloud = Cloud(request.param, tmp_path_factory.mktemp(request.param) / "state", options)
    yield cloud
    cloud.db.close()


@pytest.fixture
def site(deferring: Cloud) -> Site:
    deferring.reset()
    return Site(deferring)


DELETED = ("SOFT_DELETED", "soft-delete", None)


def test_a_deleted_server_can_be_restored(site: Site) -> None:
    server_id = site.boot()
    assert site.send(f"DELETE /servers/{server_id}").status == 204
    assert site.states(server_id) == ("ACTIVE", "active", "soft-deleting")
    site.cloud.work()
    assert site.states(server_id) == DELETED
    assert site.act(server_id, {"restore": None}, READER) == FORBIDDEN
    assert site.act(server_id, {"restore": None}, STRANGER) == NOT_FOUND
    found = site.send(f"POST /servers/{server_id}/action", {"restore": None})
    assert (found.status, found.body) == (202, b"")
    assert site.states(server_id) == ("SOFT_DELETED", "soft-delete", "restoring")
    assert site.act(server_id, {"restore": None}) == CONFLICT
    assert site.states(server_id) == ("ACTIVE", "active", None)
    assert site.act(server_id, {"restore": None}) == CONFLICT


def test_nova_names_the_actions(site: Site) -> None:
    server_id = site.boot()
    site.delete(server_id)
    site.act(server_id, {"restore": {}})
    site.act(server_id, {"forceDelete": None})
    url = f"/servers/{server_id}/os-instance-actions"
    found = site.send(f"GET {url}", token=ADMIN).json()["instanceActions"]
    assert [(a["action"], a["message"]) for a in found] == [
        ("delete", None),
        ("restore", None),
        ("delete", None),
        ("create", None),
    ]
    events = []
    for action in found[1:3]:
        shown = site.send(f"GET {url}/{action['request_id']}", token=ADMIN).json()
        (event,) = shown["instanceAction"]["events"]
        events.append((shown["instanceAction"]["action"], event["event"], event["result"]))
    assert events == [
        ("restore", "compute_restore_instance", "Success"),
        ("delete", "compute_soft_delete_instance", "Success"),
    ]


def test_a_server_that_was_off_stays_off(site: Site) -> None:
    server_id = site.boot()
    assert site.act(server_id, {"os-stop": None}) == 202
    site.delete(server_id)
    assert site.act(server_id, {"restore": None}) == 202
    assert site.states(server_id) == ("SHUTOFF", "stopped", None)


#: The query of a list: the servers that a member sees, and those that an administrator sees, as the
#: released Nova answers.
LISTS = {
    "": (["live"], ["live"]),
    "?status=SOFT_DELETED": ([], []),
    "?vm_state=soft-delete": ([], []),
    "?deleted=true": (["live"], ["soft"]),
    "?soft_deleted=1": (["live"], ["soft", "live"]),
    "?soft_deleted=False": (["live"], ["soft", "live"]),
    "?soft_deleted=": (["live"], ["live"]),
    "?deleted=true&soft_deleted=": (["live"], []),
    "?deleted=true&status=SOFT_DELETED": ([], ["soft"]),
    "?status=SOFT_DELETED&soft_deleted=1": ([], ["soft"]),
    "?changes-since=2020-01-01T00:00:00": (["soft", "live"], ["soft", "live"]),
}


def test_lists(site: Site) -> None:
    site.boot("live")
    site.delete(site.boot("soft"))
    assert {q: (site.listed(q), site.listed(q, ADMIN)) for q in LISTS} == LISTS


def test_nothing_else_can_be_done_to_a_deleted_server(site: Site) -> None:
    server_id = site.boot()
    site.delete(server_id)
    for action in (
        {"os-start": None},
        {"os-stop": None},
        {"reboot": {"type": "HARD"}},
        {"createImage": {"name": "i"}},
        {"shelve": None},
        {"rescue": {}},
        {"pause": None},
        {"suspend": None},
        {"rebuild": {"imageRef": "11111111-1111-4111-8111-111111111111"}},
        {"resize": {"flavorRef": "1"}},
        {"changePassword": {"adminPass": "x"}},
    ):
        assert site.act(server_id, action) == CONFLICT, action
        assert site.states(server_id) == DELETED


def test_a_deleted_server_can_be_renamed_and_locked_but_not_tagged(site: Site) -> None:
    server_id = site.boot()
    site.delete(server_id)
    assert site.send(f"PUT /servers/{server_id}", {"server": {"name": "n"}}).status == 200
    assert site.send(f"PUT /servers/{server_id}/tags/t").status == CONFLICT
    metadata = {"metadata": {"a": "b"}}
    assert site.send(f"POST /servers/{server_id}/metadata", metadata).status == CONFLICT
    assert site.act(server_id, {"lock": None}) == 202
    assert site.act(server_id, {"restore": None}) == CONFLICT
    assert site.act(server_id, {"forceDelete": None}) == CONFLICT
    assert site.delete(server_id) == CONFLICT
    assert site.act(server_id, {"restore": None}, ADMIN) == 202
    assert site.states(server_id) == ("ACTIVE", "active", None)


def test_quotas(site: Site) -> None:
    def used() -> list[int]:
        limits = site.send("GET /limits").json()["limits"]["absolute"]
        return [limits[f"total{name}Used"] for name in ("Instances", "Cores", "RAM")]

    server_id = site.boot()
    assert used() == [1, 1, 128]
    site.delete(server_id)
    assert used() == [0, 0, 0]
    quotas = {"quota_set": {"instances": 1}}
    assert site.send("PUT /os-quota-sets/p1", quotas, ADMIN).status == 200
    other = site.boot()
    assert site.act(server_id, {"restore": None}) == FORBIDDEN
    assert site.states(server_id) == DELETED
    site.delete(other)
    assert site.act(server_id, {"restore": None}) == 202
    assert used() == [1, 1, 128]
    # Its host has kept its place.
    url = "GET /os-hypervisors/detail"
    (host,) = site.send(url, token=ADMIN, version="2.87").json()["hypervisors"]
    assert (host["running_vms"], host["memory_mb_used"]) == (2, 256)


@pytest.mark.parametrize("state", ["soft-delete", "active"])
def test_a_server_is_deleted_at_once(site: Site, state: str) -> None:
    server_id = site.boot()
    if state == "soft-delete":
        site.delete(server_id)
    assert site.act(server_id, {"forceDelete": None}) == 202
    assert site.send(f"GET /servers/{server_id}").status == NOT_FOUND
    assert site.act(server_id, {"restore": None}) == NOT_FOUND
    assert site.cloud.driver.guests() == {}


def test_a_server_is_deleted_again(site: Site) -> None:
    server_id = site.boot()
    for _ in range(2):
        assert site.delete(server_id) == 204
        assert site.states(server_id) == DELETED
    assert site.act(server_id, {"restore": None}) == 202


def test_a_server_in_error_is_restored_as_an_active_one(site: Site) -> None:
    server_id = site.boot()
    assert site.act(server_id, {"os-resetState": {"state": "error"}}, ADMIN) == 202
    site.delete(server_id)
    assert site.states(server_id) == DELETED
    assert "fault" not in site.send(f"GET /servers/{server_id}").json()["server"]
    assert site.act(server_id, {"restore": None}) == 202
    assert site.states(server_id) == ("ACTIVE", "active", None)


def test_a_server_that_was_never_launched_is_deleted_at_once(site: Site) -> None:
    site.cloud.driver.control(fail=["spawn"])
    failed = site.boot()
    assert site.states(failed)[0] == "ERROR"
    building = site.cloud.boot().json()["server"]["id"]
    for server_id in (failed, building):
        site.delete(server_id)
        assert site.send(f"GET /servers/{server_id}").status == NOT_FOUND


@pytest.mark.parametrize("how", ["offloaded", "down"])
def test_a_server_on_no_host_is_deleted_at_once(site: Site, how: str) -> None:
    server_id = site.boot()
    if how == "offloaded":
        assert site.act(server_id, {"shelve": None}) == 202
        assert site.states(server_id)[0] == "SHELVED_OFFLOADED"
    else:
        site.cloud.lose_host()
    assert site.delete(server_id) == 204
    assert site.send(f"GET /servers/{server_id}").status == NOT_FOUND


def test_a_server_goes_when_its_time_is_over(site: Site) -> None:
    server_id = site.boot()
    site.delete(server_id)
    TimedActions(site.cloud.db, "host1", deferred_delete(INTERVAL), lambda: True).look()
    site.cloud.work()
    assert site.states(server_id) == DELETED
    TimedActions(site.cloud.db, "host1", deferred_delete(1e-6), lambda: True).look()
    site.cloud.work()
    assert site.act(server_id, {"restore": None}) == NOT_FOUND
    (gone,) = site.send("GET /servers/detail?deleted=true", token=ADMIN).json()["servers"]
    assert (gone["id"], gone["status"]) == (server_id, "DELETED")
    assert site.cloud.driver.guests() == {}
