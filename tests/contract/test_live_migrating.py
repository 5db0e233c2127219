"""A live migration that a hypervisor cannot do, and one that is carrying the guest over."""

from dataclasses import replace

import pytest

ADMIN = {
    "x-auth-token": "root:p1:admin,manager,member,reader",
    "openstack-api-version": "compute 2.80",
}
BODY = {"os-migrateLive": {"host": None, "block_migration": "auto"}}


@pytest.fixture
def path(cloud):
    server_id = cloud.boot().json()["server"]["id"]
    cloud.work()
    cloud.add_host("host2")
    return f"/v2.1/servers/{server_id}"


def test_a_hypervisor_that_cannot_refuses_before_anything_is_done(cloud, path):
    with cloud.db.write() as tx:
        tx.hosts.report(replace(tx.hosts.get("host1"), hypervisor_type="QEMU"))
    response = cloud.request("POST", f"{path}/action", BODY, ADMIN)
    assert response.status == 400
    assert "(QEMU) cannot migrate a server that runs" in response.json()["badRequest"]["message"]
    server = cloud.request("GET", path, None, ADMIN).json()["server"]
    assert (server["status"], server["OS-EXT-STS:task_state"]) == ("ACTIVE", None)
    assert cloud.request("GET", "/v2.1/os-migrations", None, ADMIN).json() == {"migrations": []}


def test_a_migration_that_carries_the_guest_over_is_forced_or_aborted(cloud, path):
    assert cloud.request("POST", f"{path}/action", BODY, ADMIN).status == 202
    with cloud.db.write() as tx:
        operation = tx.operations.claim("host2", "a worker", 60)
        tx.operations.advance(operation, "send", "host1")
    (shown,) = cloud.request("GET", f"{path}/migrations", None, ADMIN).json()["migrations"]
    assert shown["status"] == "running"
    one = f"{path}/migrations/{shown['id']}"
    forced = cloud.request("POST", f"{one}/action", {"force_complete": None}, ADMIN)
    assert (forced.status, forced.body) == (202, b"")
    old = ADMIN | {"openstack-api-version": "compute 2.24"}
    assert cloud.request("DELETE", one, None, old).status == 202
    cloud.work()
    assert cloud.request("GET", f"{path}/migrations", None, ADMIN).json() == {"migrations": []}
    server = cloud.request("GET", path, None, ADMIN).json()["server"]
    assert (server["status"], server["OS-EXT-SRV-ATTR:host"]) == ("ACTIVE", "host1")


def test_a_request_is_refused_until_2_33_when_no_host_has_room(cloud):
    """As the released Nova answers; the failed action and the record of the migration stay."""
    server_id = cloud.boot().json()["server"]["id"]
    cloud.work()
    path = f"/v2.1/servers/{server_id}"
    old = {"host": None, "block_migration": False, "disk_over_commit": False}
    for version, body, status in (
        ("2.1", old, 400),
        ("2.24", old, 400),
        ("2.25", BODY["os-migrateLive"], 400),
        ("2.33", BODY["os-migrateLive"], 400),
        ("2.34", BODY["os-migrateLive"], 202),
    ):
        headers = ADMIN | {"openstack-api-version": f"compute {version}"}
        found = cloud.request("POST", f"{path}/action", {"os-migrateLive": body}, headers)
        assert found.status == status, version
        if status == 400:
            message = found.json()["badRequest"]["message"]
            assert message.startswith("No valid host was found."), version
    server = cloud.request("GET", path, None, ADMIN).json()["server"]
    assert (server["status"], server["OS-EXT-STS:task_state"]) == ("ACTIVE", None)
    found = cloud.request("GET", f"{path}/os-instance-actions", None, ADMIN).json()
    actions = [(a["action"], a["message"]) for a in found["instanceActions"]]
    assert actions == [("live-migration", "Error")] * 5 + [("create", None)]
    migrations = cloud.request("GET", "/v2.1/os-migrations", None, ADMIN).json()["migrations"]
    assert [m["status"] for m in migrations] == ["error"] * 5
