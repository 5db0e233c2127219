"""Live migrations between two hosts: every death of either worker, and an abort at every step."""

import pytest

from computeapi.domain.servers import PowerState, actions
from tests.unit.worker.deaths import every_death, every_moment
from tests.unit.worker.moves.sites import OLD, accept, check, look, status, work

STORAGES = ("shared storage", "two hosts")
LIVE = actions.LIVE_MIGRATE


def runs(db, sites, server_id, host):
    """Check that a server and its one guest go on at a host."""
    server = db.server(server_id)
    assert (server.vm_state, server.fault, server.move) == ("active", None, None)
    assert sites[host].driver.guest(server_id).power_state == PowerState.RUNNING
    check(db, sites, server_id, host, OLD)
    record = sites[host].driver._records.read(server_id)
    assert record["console"].count("Linux version") == 1, "it booted again"


@pytest.mark.parametrize("storage", STORAGES)
def test_a_guest_goes_on_at_the_other_host(db, points, make_sites, prepare, storage):
    sites = make_sites(storage)

    def play():
        server_id = prepare(sites, storage, action=LIVE)
        died = work(db, sites)
        assert status(db, server_id) == "done"
        died += look(db, sites)
        assert status(db, server_id) == "completed"
        runs(db, sites, server_id, "h2")
        return died

    every_death(points, play)


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize(("host", "failing"), [("h1", "freeze"), ("h1", "pack"), ("h2", "rebuild")])
def test_a_live_migration_that_fails(db, points, make_sites, prepare, storage, host, failing):
    sites = make_sites(storage)
    sites[host].driver.control(fail=[failing])

    def play():
        server_id = prepare(sites, storage, action=LIVE)
        died = work(db, sites) + look(db, sites)
        assert status(db, server_id) == "error"
        runs(db, sites, server_id, "h1")
        return died

    every_death(points, play)


@pytest.mark.parametrize("storage", STORAGES)
def test_a_live_migration_that_is_aborted(db, points, make_sites, prepare, storage):
    """The abort comes at each point; at every second one, the worker dies at the next."""
    sites = make_sites(storage)
    outcomes = set()

    def abort(server_id):
        with db.write() as tx:
            for migration in tx.migrations.in_progress(server_id):
                if migration.status in ("preparing", "running"):
                    tx.migrations.abort(migration.uuid)

    def play(moment):
        server_id = prepare(sites, storage, action=LIVE)
        with points.interrupted(moment, lambda: abort(server_id)):
            work(db, sites)
        look(db, sites)
        ended = status(db, server_id)
        outcomes.add(ended)
        runs(db, sites, server_id, "h1" if ended == "cancelled" else "h2")

    every_moment(points, play)
    assert outcomes == {"cancelled", "completed"}


@pytest.mark.parametrize("storage", STORAGES)
def test_a_live_migration_that_is_deleted(db, points, make_sites, prepare, storage):
    sites = make_sites(storage)

    def play(moment):
        server_id = prepare(sites, storage, action=LIVE)
        with points.interrupted(moment, lambda: accept(db, server_id, actions.DELETE, None)):
            work(db, sites)
        work(db, sites)
        look(db, sites)
        assert db.server(server_id).deleted
        check(db, sites, server_id, None, OLD)
        assert status(db, server_id) in ("error", "completed")

    every_moment(points, play)
