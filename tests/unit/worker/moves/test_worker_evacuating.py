"""Evacuations: every death of the new host's worker, and of the old host's when it comes back."""

import pytest

from computeapi.domain.servers import PowerState, actions
from tests.unit.worker.deaths import every_death, every_moment
from tests.unit.worker.moves.sites import DIRTY, OLD, accept, look, status, work

STORAGES = ("shared storage", "two hosts")


def check(db, sites, server_id, storage, host):
    """Check that there is one guest, where it should be, and nothing else of the server."""
    server = db.server(server_id)
    assert (server.host, server.task_state, server.move) == (host, None, None)
    with db.read() as tx:
        assert tx.operations.unfinished(server_id) == []
        claims = [(c.host, c.vcpus, c.memory_mb) for c in tx.claims.of_server(server_id)]
    assert claims == [(host, OLD.vcpus, OLD.memory_mb)]
    left = [path.name for s in sites.values() for path in (s.folder / "instances").iterdir()]
    assert left == []
    having = [name for name, site in sites.items() if server_id in site.driver.guests()]
    assert having == (["h1", "h2"] if storage == "shared storage" else [host])


@pytest.mark.parametrize("storage", STORAGES)
@pytest.mark.parametrize("off", [False, True])
def test_an_evacuation(db, points, make_sites, prepare, storage, off):
    sites = make_sites(storage)

    def play():
        server_id = prepare(sites, storage, action=actions.EVACUATE, off=off)
        died = work(db, sites)
        assert status(db, server_id) == "done"
        guest = sites["h2"].driver.guest(server_id)
        assert guest.power_state == (PowerState.SHUTDOWN if off else PowerState.RUNNING)
        died += look(db, sites)
        server = db.server(server_id)
        assert (server.vm_state, server.fault) == ("stopped" if off else "active", None)
        check(db, sites, server_id, storage, "h2")
        record = sites["h2"].driver._records.read(server_id)
        assert (DIRTY in record["console"]) is (storage == "shared storage")
        assert sites["h2"].driver.guest(server_id).power_state == guest.power_state
        assert status(db, server_id) == "completed"
        return died

    every_death(points, play, least=6)


@pytest.mark.parametrize(
    ("storage", "failing"), [("shared storage", "adopt"), ("two hosts", "spawn")]
)
def test_an_evacuation_that_fails(db, points, make_sites, prepare, storage, failing):
    sites = make_sites(storage)
    sites["h2"].driver.control(fail=[failing])

    def play():
        server_id = prepare(sites, storage, action=actions.EVACUATE)
        died = work(db, sites) + look(db, sites)
        server = db.server(server_id)
        assert (server.vm_state, server.fault.code) == ("error", 500)
        assert status(db, server_id) == "error"
        check(db, sites, server_id, storage, "h1")
        assert DIRTY in sites["h1"].driver._records.read(server_id)["console"]
        return died

    every_death(points, play, least=5)


@pytest.mark.parametrize("storage", STORAGES)
def test_an_evacuation_that_is_deleted(db, points, make_sites, prepare, storage):
    sites = make_sites(storage)

    def play(moment):
        server_id = prepare(sites, storage, action=actions.EVACUATE)
        with points.interrupted(moment, lambda: accept(db, server_id, actions.DELETE, "h2")):
            work(db, sites)
        work(db, sites)
        look(db, sites)
        look(db, sites)
        assert db.server(server_id).deleted
        with db.read() as tx:
            assert tx.claims.of_server(server_id) == []
        for site in sites.values():
            assert list((site.folder / "instances").iterdir()) == []
        assert server_id not in sites["h2"].driver.guests()
        assert status(db, server_id) in ("error", "completed")
        sites["h1"].driver.destroy(server_id)

    every_moment(points, play)


def test_a_host_that_is_back_while_its_server_is_evacuated_leaves_the_guest_alone(
    db, make_sites, prepare
):
    sites = make_sites("two hosts")
    server_id = prepare(sites, "two hosts", action=actions.EVACUATE)
    look(db, sites)
    assert sites["h1"].driver.guest(server_id).power_state == PowerState.RUNNING
    work(db, sites)
    sites["h1"].driver.control(unreachable=["destroy"])
    look(db, sites)
    assert status(db, server_id) == "done"
    sites["h1"].driver.control(unreachable=[])
    look(db, sites)
    check(db, sites, server_id, "two hosts", "h2")


def test_a_stray_disk_of_another_evacuation_is_not_taken(db, make_sites, prepare):
    """It is decided once where the disks are from: a guest made in part is not adopted."""
    sites = make_sites("two hosts")
    sites["h2"].driver.control(unreachable=["spawn"])
    server_id = prepare(sites, "two hosts", action=actions.EVACUATE)
    work(db, sites)
    assert sites["h2"].driver.has_disks(server_id)
    sites["h2"].driver.control(unreachable=[])
    db.now = db.operation().not_before
    work(db, sites)
    look(db, sites)
    assert db.server(server_id).vm_state == "active"
    check(db, sites, server_id, "two hosts", "h2")
