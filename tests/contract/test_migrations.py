"""The records of live migrations that go on, on both front ends (API reference, "Migrations")."""

import pytest

from computeapi.domain.migrations import Migration

UUID = "12341234-1234-4234-8234-123412341234"
ADMIN = "root:p1:admin,manager,member,reader"
MANAGER = "mary:p1:manager,member,reader"
PROGRESS = {
    f"{kind}_{part}_bytes": None
    for kind in ("memory", "disk")
    for part in ("total", "processed", "remaining")
}
COMMON = {
    "source_compute": "host1",
    "source_node": "node1",
    "dest_compute": "host2",
    "dest_node": "node2",
    "dest_host": "192.0.2.8",
    "status": "running",
}


@pytest.fixture
def live(cloud):
    """A server with a live migration that goes on."""
    server_id = cloud.boot().json()["server"]["id"]
    cloud.work()
    with cloud.db.write() as tx:
        migration = Migration(
            None, UUID, server_id, "root", "p1", "live-migration", "running", "host1", "node1",
            "host2", "node2", "192.0.2.8", "42", "secret", tx.now(),
        )  # fmt: skip
        tx.migrations.add(migration)
    return migration


def get(cloud, path, version, token=ADMIN):
    headers = {"x-auth-token": token, "openstack-api-version": f"compute {version}"}
    return cloud.request("GET", f"/v2.1{path}", None, headers)


@pytest.mark.parametrize(
    ("version", "more"),
    [
        ("2.23", {}),
        ("2.58", {}),
        ("2.59", {"uuid": UUID}),
        ("2.79", {"uuid": UUID}),
        ("2.80", {"uuid": UUID, "user_id": "root", "project_id": "p1"}),
    ],
)
def test_the_live_migrations_of_a_server(cloud, live, version, more):
    path = f"/servers/{live.server_id}/migrations"
    document = get(cloud, path, version).json()["migrations"]
    moments = {name: document[0].pop(name) for name in ("created_at", "updated_at")}
    assert moments["created_at"] == moments["updated_at"]
    common = {"id": live.id, "server_uuid": live.server_id, **COMMON, **PROGRESS}
    assert document == [common | more]
    shown = get(cloud, f"{path}/{live.id}", version).json()
    assert shown == {"migration": common | more | moments}


@pytest.mark.parametrize(
    ("version", "more"),
    [
        ("2.1", ()),
        ("2.23", ("links", "migration_type")),
        ("2.59", ("links", "migration_type", "uuid")),
        ("2.80", ("links", "migration_type", "project_id", "user_id", "uuid")),
    ],
)
def test_a_live_migration_in_the_list_of_migrations(cloud, live, version, more):
    (entry,) = get(cloud, "/os-migrations", version).json()["migrations"]
    own = ("created_at", "id", "instance_uuid", "new_instance_type_id", "old_instance_type_id")
    assert sorted(entry) == sorted([*COMMON, *own, "updated_at", *more])
    assert (entry["old_instance_type_id"], entry["new_instance_type_id"]) == (42, None)
    assert (entry["instance_uuid"], entry["updated_at"]) == (live.server_id, None)
    if "links" in more:
        path = f"servers/{live.server_id}/migrations/{live.id}"
        base = "http://compute.example:8774"
        assert entry["links"] == [
            {"rel": "self", "href": f"{base}/v2.1/{path}"},
            {"rel": "bookmark", "href": f"{base}/{path}"},
        ]


def test_a_manager_sees_no_hosts(cloud, live):
    (entry,) = get(cloud, "/os-migrations?project_id=p1", "2.80", MANAGER).json()["migrations"]
    path = f"/servers/{live.server_id}/migrations"
    (shown,) = get(cloud, path, "2.80", MANAGER).json()["migrations"]
    for document in (entry, shown):
        assert {name: document[name] for name in COMMON} == dict.fromkeys(COMMON) | {
            "status": "running"
        }


@pytest.mark.parametrize("change", [{"status": "completed"}, {"type": "migration"}])
def test_a_migration_that_is_over_or_of_another_kind_is_not_shown(cloud, live, change):
    other = {name: getattr(live, name) for name in Migration.__slots__} | change
    other |= {"id": None, "uuid": UUID.replace("1", "9")}
    with cloud.db.write() as tx:
        tx.migrations.add(migration := Migration(**other))
    path = f"/servers/{live.server_id}/migrations"
    assert [m["id"] for m in get(cloud, path, "2.23").json()["migrations"]] == [live.id]
    for number in (migration.id, "x", "0"):
        assert get(cloud, f"{path}/{number}", "2.23").status == 404
    entries = get(cloud, "/os-migrations", "2.59").json()["migrations"]
    assert ["links" in entry for entry in entries] == [False, True]
