"""The acceptance of resizes, on each kind of database, and with many requests at once."""

import threading

import pytest
import sqlalchemy as sa

from computeapi.db import engine, tables
from computeapi.domain.errors import Conflict, Invalid, QuotaExceeded
from computeapi.domain.hosts import Usage
from computeapi.domain.quotas import Quotas
from tests.db.moves.accepting import CALLER, kept


def test_a_server_stays_on_its_host_where_there_is_room(database, make_moving, server, add_host):
    add_host("h2", memory_mb=65536)
    make_moving().resize(CALLER, server.id, "large")
    row, claims, (operation,) = kept(database, server.id)
    assert (row.vm_state, row.task_state, row.host) == ("active", "resize_prep", "h1")
    assert (row.flavor_id, row.vcpus) == (server.flavor_id, 1)
    assert claims == {"h1": Usage(1, 4, 4096, 11)} == row.move.usages
    assert (operation.action, operation.stage) == ("resize", "prepare")
    assert (operation.source_host, operation.target_host, operation.host) == ("h1", "h1", "h1")


@pytest.mark.parametrize("may_stay", [True, False])
def test_a_server_goes_to_another_host_otherwise(
    database, make_moving, server, add_host, woken, may_stay
):
    if may_stay:
        add_host("h1", memory_mb=1024)
    add_host("h2")
    add_host("h3", memory_mb=4096)
    make_moving(may_stay=may_stay).resize(CALLER, server.id, "large", "AUTO")
    row, claims, (operation,) = kept(database, server.id)
    assert claims == {"h1": server.usage, "h2": Usage(1, 4, 4096, 10)}
    assert (operation.host, operation.target_host, woken.hosts) == ("h2", "h2", ["h2"])
    assert (row.host, row.disk_config) == ("h1", "AUTO")
    with database.read() as tx:
        assert dict((h.name, u) for h, u in tx.hosts.with_usage())["h2"].memory_mb == 4096


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"memory_mb": 1024}, "2 lack memory (4096 MiB wanted)"),
        ({"silent_for": 99}, "1 is down and 1 lacks memory (4096 MiB wanted)"),
        ({"enabled": False}, "1 is disabled and 1 lacks memory (4096 MiB wanted)"),
    ],
)
def test_a_resize_without_a_host_fails_and_leaves_the_server_as_it_is(
    database, url, make_moving, server, add_host, woken, other, reason
):
    add_host("h1", memory_mb=1024)
    add_host("h2", **other)
    make_moving().resize(CALLER, server.id, "large")
    row, claims, unfinished = kept(database, server.id)
    assert row == server
    assert (claims, unfinished, woken.hosts) == ({"h1": server.usage}, [], [])
    with engine.create(url).connect() as connection:
        ((state, message),) = connection.execute(
            sa.select(tables.operations.c.state, tables.operations.c.message)
        )
    assert state == "failed"
    assert message == f"No valid host was found. Of 2 hosts, {reason}."


@pytest.mark.parametrize(("pinned_zone", "target"), [("nova", None), (None, "h2")])
def test_another_zone_is_chosen_for_a_server_that_is_not_pinned(
    database, make_moving, server, add_host, pinned_zone, target
):
    add_host("h2", availability_zone="elsewhere")
    with database.write() as tx:
        server.pinned_zone = pinned_zone
        tx.servers.save(server)
    make_moving(may_stay=False).resize(CALLER, server.id, "large")
    move = kept(database, server.id)[0].move
    assert (move and move.target_host) == target


@pytest.mark.parametrize(
    ("flavor", "message"),
    [
        ("none", "Flavor none could not be found."),
        ("off", "Flavor off could not be found."),
        ("secret", "Flavor secret could not be found."),
        ("zero", "Resize to zero disk flavor is not allowed."),
    ],
)
def test_a_flavor_that_a_server_cannot_get(make_moving, server, flavor, message):
    with pytest.raises(Invalid, match=message):
        make_moving().resize(CALLER, server.id, flavor)


def test_a_server_keeps_no_flavor_by_a_resize(database, make_moving, server):
    with pytest.raises(Invalid, match="must change flavor"):
        make_moving().resize(CALLER, server.id, f"http://host/flavors/{server.flavor_id}")


@pytest.mark.parametrize("bigger", [{"disk_gb": 11}, {"ephemeral_gb": 1}])
def test_no_disk_gets_smaller(database, make_moving, make_server, server, bigger):
    large = make_server(host="h1", **{"disk_gb": 1, **bigger})
    with database.write() as tx:
        tx.servers.add(large)
    with pytest.raises(Invalid, match="cannot become smaller"):
        make_moving().resize(CALLER, large.id, "large")


@pytest.mark.parametrize("quotas", [Quotas(-1, 3, -1), Quotas(-1, -1, 4095)])
def test_a_larger_size_counts_against_the_quotas(make_moving, server, quotas):
    with pytest.raises(QuotaExceeded, match="but already used"):
        make_moving(quotas).resize(CALLER, server.id, "large")


def test_the_quota_that_is_exceeded_already_does_not_keep_a_server_from_another_flavor(
    make_moving, server
):
    make_moving(Quotas(0, -1, -1)).resize(CALLER, server.id, "large")


def test_one_resize_at_a_time(make_moving, server):
    moving = make_moving()
    with pytest.raises(Conflict, match="while it is in vm_state active"):
        moving.confirm(CALLER, server.id)
    moving.resize(CALLER, server.id, "large")
    with pytest.raises(Conflict, match="while it is in task_state resize_prep"):
        moving.resize(CALLER, server.id, "huge")


@pytest.mark.parametrize("verb", ["confirm", "revert"])
def test_the_end_of_a_resize_is_for_the_hosts_of_its_move(database, make_moving, server, verb):
    moving = make_moving()
    moving.resize(CALLER, server.id, "large")
    with database.write() as tx:
        row = tx.servers.get(server.id, lock=True)
        tx.operations.cancel(row.id, "for the test")
        row.arrive(row.move, tx.now())
        row.vm_state, row.task_state = "resized", None
        tx.servers.save(row)
    getattr(moving, verb)(CALLER, server.id)
    row, _, (operation,) = kept(database, server.id)
    assert operation.action == f"{verb}Resize"
    assert (operation.target_host, operation.source_host) == ("h1", "h1")
    assert row.task_state == ("resize_confirming" if verb == "confirm" else "resize_reverting")
    assert row.move.moved_at is not None


def test_many_who_ask_at_once_get_no_more_than_there_is(
    database, make_moving, make_server, server, add_host
):
    """Eight servers want 4 vCPUs each; there are eight free ones, all on the other host."""
    servers = [make_server(host="h1") for _ in range(7)]
    with database.write() as tx:
        for each in servers:
            tx.servers.add(each)
    add_host("h2")
    moving = make_moving()
    threads = [
        threading.Thread(target=moving.resize, args=(CALLER, each.id, "large"))
        for each in (server, *servers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as tx:
        for name in ("h1", "h2"):
            used, host = tx.hosts.usage_of(name), tx.hosts.get(name)
            assert used.memory_mb <= host.memory_mb
            assert used.vcpus <= host.vcpus
            assert used.disk_gb <= host.disk_gb
        moved = [each for each in (server, *servers) if tx.servers.get(each.id).move]
    assert len(moved) == 2
