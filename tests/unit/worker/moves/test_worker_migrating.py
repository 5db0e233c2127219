"""Migrations between two hosts.

Their stages are those of a resize, which test_worker_moving.py plays with every death.
"""

import pytest

from computeapi.domain.servers import PowerState, actions
from tests.unit.worker.deaths import every_death
from tests.unit.worker.moves.sites import OLD, accept, check, look, status, work

STORAGES = ("shared storage", "two hosts")


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize("ending", [actions.CONFIRM_RESIZE, actions.REVERT_RESIZE])
def test_a_migration_that_is_confirmed_or_reverted(
    db, points, make_sites, prepare, storage, ending
):
    sites = make_sites(storage)

    def play():
        server_id = prepare(sites, storage, action=actions.MIGRATE)
        died = work(db, sites)
        server = db.server(server_id)
        assert (server.vm_state, server.task_state, server.host) == ("resized", None, "h2")
        with db.read() as tx:
            assert [c.host for c in tx.claims.of_server(server_id)] == ["h1", "h2"]
        with points.calm():
            accept(db, server_id, ending, "h1")
        died += work(db, sites) + look(db, sites)
        server = db.server(server_id)
        assert (server.vm_state, server.power_state) == ("active", PowerState.RUNNING)
        is_confirmed = ending == actions.CONFIRM_RESIZE
        check(db, sites, server_id, "h2" if is_confirmed else "h1", OLD)
        assert status(db, server_id) == ("confirmed" if is_confirmed else "reverted")
        return died

    if ending == actions.CONFIRM_RESIZE:
        every_death(points, play)
    else:
        assert play() == 0


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize(("host", "failing"), [("h1", "pack"), ("h2", "rebuild")])
def test_a_migration_that_fails(db, make_sites, prepare, storage, host, failing):
    sites = make_sites(storage)
    sites[host].driver.control(fail=[failing])
    server_id = prepare(sites, storage, action=actions.MIGRATE)
    assert work(db, sites) + look(db, sites) == 0
    operation = next(o for o in db.operations() if o.server_id == server_id)
    reason = "The migrate failed: the hypervisor could not do it."
    assert (operation.state, operation.message) == ("failed", reason)
    server = db.server(server_id)
    assert (server.vm_state, server.fault, server.move) == ("active", None, None)
    assert status(db, server_id) == "error"
    check(db, sites, server_id, "h1", OLD)
