"""Resizes on one host and between two: every death of either worker, at every step."""

from datetime import timedelta

import pytest

from computeapi.domain.hosts import Usage
from computeapi.domain.servers import PowerState, actions
from computeapi.virt.driver import GuestSpec
from tests.unit.worker.deaths import every_death, every_moment
from tests.unit.worker.moves.sites import (
    NEW,
    OFF_OR_ON,
    OLD,
    STORAGES,
    accept,
    check,
    look,
    status,
    target_of,
    work,
)


@pytest.mark.parametrize(("storage", "off"), OFF_OR_ON)
def test_a_resize_that_is_confirmed(db, points, make_sites, prepare, storage, off):
    sites, target = make_sites(storage), target_of(storage)

    def play():
        server_id = prepare(sites, storage, off=off)
        died = work(db, sites)
        server = db.server(server_id)
        assert (server.vm_state, server.task_state) == ("resized", None)
        assert status(db, server_id) == "finished"
        assert server.power_state == (PowerState.SHUTDOWN if off else PowerState.RUNNING)
        with db.read() as tx:
            assert tx.claims.of_server(server_id) == server.claims
        with points.calm():
            accept(db, server_id, actions.CONFIRM_RESIZE, "h1")
        died += work(db, sites) + look(db, sites)
        assert db.server(server_id).vm_state == ("stopped" if off else "active")
        assert status(db, server_id) == "confirmed"
        check(db, sites, server_id, target, NEW)
        return died

    every_death(points, play)


@pytest.mark.parametrize(("storage", "off"), OFF_OR_ON)
def test_a_resize_that_is_reverted(db, points, make_sites, prepare, storage, off):
    sites = make_sites(storage)

    def play():
        with points.calm():
            server_id = prepare(sites, storage, off=off)
            work(db, sites)
            accept(db, server_id, actions.REVERT_RESIZE, "h1")
        died = work(db, sites) + look(db, sites)
        server = db.server(server_id)
        assert (server.vm_state, server.power_state) == (
            ("stopped", PowerState.SHUTDOWN) if off else ("active", PowerState.RUNNING)
        )
        check(db, sites, server_id, "h1", OLD)
        assert status(db, server_id) == "reverted"
        return died

    every_death(points, play, least=5)


def cases_of_failure() -> list[tuple[str, str, str]]:
    """Return the storage, the host and the method of the hypervisor that fails."""
    cases = [(storage, "h1", "park") for storage in STORAGES]
    cases += [(storage, target_of(storage), "rebuild") for storage in STORAGES]
    cases += [(storage, "h1", "pack") for storage in STORAGES if storage != "one host"]
    return [*cases, ("two hosts", "h2", "power_on")]


@pytest.mark.parametrize(("storage", "host", "failing"), cases_of_failure())
def test_a_resize_that_fails(db, points, make_sites, prepare, storage, host, failing):
    sites = make_sites(storage)
    sites[host].driver.control(fail=[failing])

    def play():
        server_id = prepare(sites, storage)
        died = work(db, sites) + look(db, sites)
        operation = next(o for o in db.operations() if o.server_id == server_id)
        reason = "the hypervisor could not do it"
        assert (operation.state, operation.message) == ("failed", f"The resize failed: {reason}.")
        server = db.server(server_id)
        assert (server.vm_state, server.power_state) == ("active", PowerState.RUNNING)
        assert (server.fault, server.move, status(db, server_id)) == (None, None, "error")
        check(db, sites, server_id, "h1", OLD)
        return died

    every_death(points, play)


@pytest.mark.parametrize(
    ("storage", "ending"),
    [
        *((storage, None) for storage in STORAGES),
        ("two hosts", actions.CONFIRM_RESIZE),
        ("two hosts", actions.REVERT_RESIZE),
    ],
)
def test_a_resize_that_is_deleted(db, points, make_sites, prepare, storage, ending):
    sites = make_sites(storage)

    def play(moment: int | None) -> None:
        server_id = prepare(sites, storage)
        if ending is not None:
            with points.calm():
                work(db, sites)
            with points.calm():
                accept(db, server_id, ending, "h1")
        with points.interrupted(moment, lambda: accept(db, server_id, actions.DELETE, None)):
            work(db, sites)
        work(db, sites)
        look(db, sites)
        assert db.server(server_id).deleted
        assert status(db, server_id) in ("error", "confirmed", "reverted")
        check(db, sites, server_id, None, OLD)

    every_moment(points, play)


def test_a_resize_that_cannot_be_undone_is_an_error_that_counts_on_both_hosts(
    db, points, make_sites, prepare
):
    sites = make_sites("two hosts")
    sites["h2"].driver.control(fail=["rebuild", "discard"])
    server_id = prepare(sites, "two hosts")
    work(db, sites)
    server = db.server(server_id)
    assert (server.vm_state, server.fault.code) == ("error", 500)
    with db.read() as tx:
        assert tx.hosts.usage_of("h1") == OLD.usage
        assert tx.hosts.usage_of("h2") == NEW.usage
    sites["h2"].driver.control(fail=[])
    accept(db, server_id, actions.DELETE, None)
    work(db, sites)
    look(db, sites)
    check(db, sites, server_id, None, OLD)


def test_both_sizes_count_until_a_resize_is_confirmed(db, make_sites, prepare, storage):
    sites, target = make_sites(storage), target_of(storage)
    server_id = prepare(sites, storage)

    def counted():
        with db.read() as tx:
            return tx.servers.usage("p1"), tx.hosts.usage_of("h1"), tx.hosts.usage_of("h2")

    larger = Usage(1, 2, 2048, 1)
    one = Usage(1, 2, 2048, 4)
    hosts = (one, Usage()) if storage == "one host" else (OLD.usage, NEW.usage)
    assert counted() == (larger, *hosts)
    work(db, sites)
    assert counted() == (NEW.usage, *hosts)
    accept(db, server_id, actions.CONFIRM_RESIZE, "h1")
    work(db, sites)
    after = {"h1": Usage(), "h2": Usage()} | {target: NEW.usage}
    assert counted() == (NEW.usage, after["h1"], after["h2"])


def test_a_hypervisor_that_does_not_answer_delays_a_resize(db, make_sites, prepare):
    sites = make_sites("two hosts")
    sites["h2"].driver.control(unreachable=["rebuild"])
    server_id = prepare(sites, "two hosts")
    work(db, sites)
    operation = db.operation()
    assert (operation.state, operation.stage, operation.host) == ("queued", "unpack", "h2")
    sites["h2"].driver.control(unreachable=[])
    db.now = operation.not_before
    work(db, sites)
    assert db.server(server_id).vm_state == "resized"


@pytest.mark.parametrize(("window", "confirmed"), [(0.0, False), (59.0, True), (61.0, False)])
def test_a_resize_is_confirmed_after_a_time(db, make_sites, prepare, window, confirmed):
    sites = make_sites("two hosts", window)
    server_id = prepare(sites, "two hosts")
    work(db, sites)
    look(db, sites)
    assert db.server(server_id).task_state is None
    db.now += timedelta(seconds=60)
    look(db, sites)
    look(db, sites)
    assert (db.server(server_id).task_state == "resize_confirming") is confirmed
    work(db, sites)
    assert db.server(server_id).vm_state == ("active" if confirmed else "resized")
    assert [o.action for o in db.operations()] == ["resize", "confirmResize"][: 1 + confirmed]


def test_a_stranger_at_the_target_is_not_taken_for_the_guest(db, make_sites, prepare):
    sites = make_sites("two hosts")
    server_id = prepare(sites, "two hosts")
    spec = GuestSpec(server_id, "stranger", 1, 64, 1)
    sites["h2"].driver.spawn(spec, lambda: None)
    work(db, sites)
    assert db.operation().state == "failed"
    assert sites["h2"].driver.guest(server_id).power_state == PowerState.RUNNING
    assert sites["h1"].driver.guest(server_id).power_state == PowerState.RUNNING
