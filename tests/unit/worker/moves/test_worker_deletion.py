"""Deletes that are deferred, of servers that move meanwhile, and of those that have moved."""

from datetime import timedelta

import pytest

from computeapi.domain.servers import PowerState, actions
from tests.unit.worker.deaths import every_death
from tests.unit.worker.moves.sites import NEW, OFF_OR_ON, OLD, accept, check, look, target_of, work


def check_deleted(db, sites, server_id, target) -> None:
    """Check that a moved server can be restored: both of its guests are off."""
    server = db.server(server_id)
    assert (server.vm_state, server.task_state, server.host) == ("soft-delete", None, target)
    assert (server.vm_state_before_delete, server.move.target_host) == ("resized", target)
    assert sites[target].driver.guest(server_id).power_state == PowerState.SHUTDOWN
    assert db.operations()[-1].host == target
    with db.read() as tx:
        assert tx.claims.of_server(server_id) == server.claims
        assert tx.operations.unfinished(server_id) == []


def test_a_server_is_deleted_while_it_moves(db, points, make_sites, prepare):
    """The delete waits for the end of the move, and is carried out where the server is then."""
    sites = make_sites("two hosts")

    def play():
        server_id = prepare(sites, "two hosts")
        with points.calm():
            accept(db, server_id, actions.SOFT_DELETE, None)
        died = work(db, sites)
        check_deleted(db, sites, server_id, "h2")
        return died

    every_death(points, play)


@pytest.mark.parametrize(("storage", "off"), OFF_OR_ON)
def test_a_server_that_is_restored_is_moved_as_before(
    db, points, make_sites, prepare, storage, off
):
    sites, target = make_sites(storage), target_of(storage)
    server_id = prepare(sites, storage, off=off)
    accept(db, server_id, actions.SOFT_DELETE, None)
    work(db, sites)
    check_deleted(db, sites, server_id, target)
    accept(db, server_id, actions.RESTORE, None)
    work(db, sites)
    assert (db.server(server_id).vm_state, db.server(server_id).task_state) == ("resized", None)
    power_state = PowerState.SHUTDOWN if off else PowerState.RUNNING
    assert sites[target].driver.guest(server_id).power_state == power_state
    accept(db, server_id, actions.CONFIRM_RESIZE, "h1")
    work(db, sites)
    look(db, sites)
    check(db, sites, server_id, target, NEW)


def test_a_server_whose_move_fails_is_deleted_where_it_was(db, points, make_sites, prepare):
    sites = make_sites("two hosts")
    sites["h2"].driver.control(fail=["rebuild"])
    server_id = prepare(sites, "two hosts")
    accept(db, server_id, actions.SOFT_DELETE, None)
    work(db, sites)
    server = db.server(server_id)
    assert (server.vm_state, server.host, server.move) == ("soft-delete", "h1", None)
    accept(db, server_id, actions.RESTORE, None)
    work(db, sites)
    look(db, sites)
    assert db.server(server_id).vm_state == "active"
    check(db, sites, server_id, "h1", OLD)


def test_a_moved_server_goes_from_both_hosts_for_good(db, points, make_sites, prepare):
    sites = make_sites("two hosts", window=30.0)
    server_id = prepare(sites, "two hosts")
    accept(db, server_id, actions.SOFT_DELETE, None)
    work(db, sites)
    # Nothing confirms its move meanwhile.
    db.now += timedelta(seconds=31)
    look(db, sites)
    work(db, sites)
    assert db.server(server_id).vm_state == "soft-delete"
    accept(db, server_id, actions.DELETE, None)
    work(db, sites)
    assert db.server(server_id).deleted
    check(db, sites, server_id, None, OLD)
