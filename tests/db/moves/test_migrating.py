"""The acceptance of migrations, on each kind of database, and with many requests at once."""

import threading

import pytest

from computeapi.domain.errors import Conflict, Invalid
from computeapi.domain.server_groups import ServerGroup
from tests.db.moves.accepting import CALLER, kept

GROUP = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def make_group(database):
    def make_group(policy, most=None):
        with database.write() as tx:
            now = tx.now()
            tx.server_groups.add(ServerGroup(GROUP, "project", "user", "g", policy, most, now))

    return make_group


def join(database, server):
    """Make a server a member of the group."""
    with database.write() as tx:
        row = tx.servers.get(server.id, lock=True)
        row.server_group_id = GROUP
        tx.servers.save(row)


def last_failure(database, server):
    with database.read() as tx:
        return tx.operations.of_request(server.id, "req-1").message


def test_a_server_goes_to_another_host_and_keeps_its_size(
    database, migrating, server, add_host, woken
):
    add_host("h2")
    migrating.migrate(CALLER, server.id)
    row, claims, (operation,) = kept(database, server.id)
    assert (row.vm_state, row.task_state, row.host) == ("active", "resize_prep", "h1")
    assert (row.move.old, row.move.new) == (server.size, server.size)
    assert claims == {"h1": server.usage, "h2": server.usage}
    assert (operation.action, operation.stage, operation.host) == ("migrate", "prepare", "h2")
    assert woken.hosts == ["h2"]
    with pytest.raises(Conflict, match="while it is in task_state resize_prep"):
        migrating.migrate(CALLER, server.id)


def test_a_server_goes_to_the_host_that_is_named(database, migrating, server, add_host):
    add_host("h2", memory_mb=65536)
    add_host("h3")
    migrating.migrate(CALLER, server.id, "h3")
    assert kept(database, server.id)[0].move.target_host == "h3"


@pytest.mark.parametrize(
    ("host", "message"),
    [("h9", "Compute host h9 could not be found."), ("h1", "is on host h1 already")],
)
def test_a_host_that_a_server_cannot_go_to(database, migrating, server, host, message):
    with pytest.raises(Invalid, match=message):
        migrating.migrate(CALLER, server.id, host)
    assert kept(database, server.id)[0] == server


@pytest.mark.parametrize(
    ("other", "host", "reason"),
    [
        ({"silent_for": 99}, None, "Of 1 host, 1 is down."),
        ({"silent_for": 99}, "h2", "Of 1 host, 1 is down."),
        ({"memory_mb": 100}, None, "Of 1 host, 1 lacks memory (512 MiB wanted)."),
        ({"availability_zone": "elsewhere"}, None, "There is no host to choose from."),
    ],
)
def test_a_migration_without_a_host_fails_and_leaves_the_server_as_it_is(
    database, migrating, server, add_host, other, host, reason
):
    add_host("h2", **other)
    with database.write() as tx:
        server.pinned_zone = "nova"
        tx.servers.save(server)
    migrating.migrate(CALLER, server.id, host)
    assert kept(database, server.id) == (server, {"h1": server.usage}, [])
    assert last_failure(database, server) == f"No valid host was found. {reason}"


@pytest.mark.parametrize("policy", ["affinity", "anti-affinity"])
def test_a_migration_keeps_to_the_server_group(
    database, migrating, make_group, make_server, server, add_host, policy
):
    """With affinity the other member keeps the server on h1, with anti-affinity it is on h2."""
    add_host("h2")
    make_group(policy)
    other = make_server(host="h1" if policy == "affinity" else "h2", server_group_id=GROUP)
    with database.write() as tx:
        tx.servers.add(other)
    join(database, server)
    migrating.migrate(CALLER, server.id)
    assert kept(database, server.id)[0].move is None
    reason = "Of 1 host, 1 is excluded by the server group."
    assert last_failure(database, server) == f"No valid host was found. {reason}"
    add_host("h3")
    migrating.migrate(CALLER, server.id)
    target = None if policy == "affinity" else "h3"
    move = kept(database, server.id)[0].move
    assert (move and move.target_host) == target


@pytest.mark.parametrize(
    ("policy", "target"), [("affinity", "h1"), ("anti-affinity", "h3"), ("soft-affinity", "h2")]
)
def test_a_resize_keeps_to_the_server_group(
    database, make_moving, make_group, make_server, server, add_host, policy, target
):
    make_group(policy)
    add_host("h2")
    add_host("h3", memory_mb=65536 if policy == "soft-affinity" else 8192)
    other = make_server(host="h1" if policy == "affinity" else "h2", server_group_id=GROUP)
    with database.write() as tx:
        tx.servers.add(other)
    join(database, server)
    make_moving(may_stay=policy == "affinity").resize(CALLER, server.id, "large")
    assert kept(database, server.id)[0].move.target_host == target


def test_a_migration_keeps_to_the_hints_of_the_request(
    database, migrating, make_server, server, add_host
):
    add_host("h2", memory_mb=65536)
    add_host("h3")
    other = make_server(host="h2")
    with database.write() as tx:
        tx.servers.add(other)
        row = tx.servers.get(server.id, lock=True)
        row.scheduler_hints = {"different_host": [other.id]}
        tx.servers.save(row)
    migrating.migrate(CALLER, server.id)
    assert kept(database, server.id)[0].move.target_host == "h3"


def test_members_of_a_group_that_migrate_at_once_go_to_different_hosts(
    database, migrating, make_group, make_server, server, add_host
):
    """Four servers on hosts of their own; two other hosts are free."""
    make_group("anti-affinity")
    for name in ("h2", "h3", "h4", "h5", "h6"):
        add_host(name)
    servers = [server, *(make_server(host=name) for name in ("h2", "h3", "h4"))]
    with database.write() as tx:
        for each in servers[1:]:
            tx.servers.add(each)
    for each in servers:
        join(database, each)
    threads = [
        threading.Thread(target=migrating.migrate, args=(CALLER, each.id)) for each in servers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moves = [kept(database, each.id)[0].move for each in servers]
    assert sorted(move.target_host for move in moves if move) == ["h5", "h6"]
