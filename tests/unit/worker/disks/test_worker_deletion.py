"""Deletes that are deferred, and restores: every death of the worker, and every failure."""

from datetime import timedelta

import pytest

from computeapi.domain.operations import OperationState
from computeapi.domain.servers import PowerState, actions
from computeapi.worker.timers import TimedActions, deferred_delete
from tests.unit.worker.deaths import every_death, every_moment
from tests.unit.worker.disks.site import DIRTY

INTERVAL = 3600.0
RUNNING, OFF = PowerState.RUNNING, PowerState.SHUTDOWN
#: The state before the delete: the state after the restore, and its power state.
STATES = {
    "active": ("active", RUNNING),
    "paused": ("active", RUNNING),
    "error": ("active", RUNNING),
    "stopped": ("stopped", OFF),
    "suspended": ("suspended", OFF),
    "rescued": ("rescued", RUNNING),
    "shelved": ("shelved", OFF),
}


@pytest.fixture
def make(db, site, prepare):
    """A function that makes a server in a state."""

    def make(state: str) -> str:
        server_id = prepare("stopped" if state == "shelved" else state)
        if state == "paused":
            site.driver.pause(server_id)
        elif state == "suspended":
            site.driver.suspend(server_id)
        elif state == "shelved":
            db.change(server_id, vm_state="shelved", shelved_image_id="i9")
        return server_id

    return make


def look(db, interval=INTERVAL, may_look=True) -> None:
    TimedActions(db, "h1", deferred_delete(interval), lambda: may_look).look()


def soft_delete(db, site, server_id) -> None:
    """Accept to delete a server, as the API does."""

    def change(server) -> None:
        server.soft_deleted_at = db.now

    site.accept(actions.SOFT_DELETE, server_id, change)


def check_deleted(db, site, server_id, before) -> None:
    """Check that a server can be restored: its guest is off, and its disks are there."""
    server, record = db.server(server_id), site.record(server_id)
    assert (server.vm_state, server.task_state) == ("soft-delete", None)
    assert server.vm_state_before_delete == before
    assert server.power_state == record["power_state"] == OFF
    assert (server.deleted, server.ssh_port, server.host) == (False, None, "h1")
    assert DIRTY in record["console"]
    with db.read() as tx:
        assert tx.operations.unfinished(server_id) == []
        assert tx.claims.of_server(server_id) == server.claims != []


def check_restored(db, site, server_id, state) -> None:
    """Check that a server is as it was before its delete."""
    vm_state, power_state = STATES[state]
    server, record = db.server(server_id), site.record(server_id)
    assert (server.vm_state, server.task_state, server.fault) == (vm_state, None, None)
    assert record["power_state"] == power_state
    assert (server.soft_deleted_at, server.vm_state_before_delete) == (None, None)
    assert record["suspended"] is (state == "suspended")
    assert DIRTY in record["console"]
    with db.read() as tx:
        assert tx.operations.unfinished(server_id) == []
        assert tx.claims.of_server(server_id) == server.claims != []


def check_gone(db, site, server_id) -> None:
    assert db.server(server_id).deleted
    assert server_id not in site.driver.guests()
    with db.read() as tx:
        assert tx.claims.of_server(server_id) == []
        assert tx.operations.unfinished(server_id) == []


@pytest.mark.parametrize("state", STATES)
def test_a_delete_that_is_deferred_ends_whenever_the_worker_dies(db, points, site, make, state):
    def play() -> int:
        with points.calm():
            server_id = make(state)
            soft_delete(db, site, server_id)
        died = site.work()
        check_deleted(db, site, server_id, state)
        return died

    every_death(points, play, least=2)


@pytest.mark.parametrize("state", STATES)
def test_a_restore_ends_whenever_the_worker_dies(db, points, site, make, state):
    def play() -> int:
        with points.calm():
            server_id = make(state)
            soft_delete(db, site, server_id)
            site.work()
            site.accept(actions.RESTORE, server_id)
        died = site.work()
        check_restored(db, site, server_id, state)
        return died

    every_death(points, play, least=2)


@pytest.mark.parametrize("restoring", [False, True])
def test_a_server_is_deleted_at_once_while_its_delete_is_deferred(
    db, points, site, make, restoring
):
    def play(moment: int | None) -> None:
        with points.calm():
            server_id = make("active")
            soft_delete(db, site, server_id)
            if restoring:
                site.work()
                site.accept(actions.RESTORE, server_id)
        with points.interrupted(moment, lambda: site.accept(actions.DELETE, server_id)):
            site.work()
        site.work()
        check_gone(db, site, server_id)

    every_moment(points, play)


def test_a_server_goes_for_good_whenever_the_worker_dies(db, points, site, make):
    def play() -> int:
        with points.calm():
            server_id = make("active")
            soft_delete(db, site, server_id)
            site.work()
        db.now += timedelta(seconds=INTERVAL)
        died = 0
        try:
            look(db)
        except SystemExit:
            died += 1
            look(db)
        died += site.work()
        check_gone(db, site, server_id)
        return died

    every_death(points, play, least=3)


@pytest.mark.parametrize(
    ("interval", "seconds", "may_look", "goes"),
    [
        (INTERVAL, INTERVAL - 1, True, False),
        (INTERVAL, INTERVAL, True, True),
        (0, 10**8, True, False),
        (-1, 10**8, True, False),
        (INTERVAL, 10**8, False, False),
    ],
)
def test_a_server_goes_for_good_after_a_time(db, site, make, interval, seconds, may_look, goes):
    server_id, other_id = make("active"), make("active")
    soft_delete(db, site, server_id)
    site.work()
    db.now += timedelta(seconds=seconds)
    for _ in range(2):
        look(db, interval, may_look)
    site.work()
    if goes:
        check_gone(db, site, server_id)
        deleted = db.operations()[-1]
        assert (deleted.action, deleted.user_id, deleted.vm_state_before) == (
            "delete",
            "u1",
            "soft-delete",
        )
    else:
        check_deleted(db, site, server_id, "active")
    assert db.server(other_id).vm_state == "active"


def test_a_server_that_is_restored_stays(db, site, make):
    server_id = make("active")
    soft_delete(db, site, server_id)
    site.work()
    site.accept(actions.RESTORE, server_id)
    db.now += timedelta(seconds=INTERVAL)
    look(db)
    site.work()
    look(db)
    check_restored(db, site, server_id, "active")


def test_a_second_delete_keeps_the_state_before_the_first(db, site, make):
    server_id = make("stopped")
    for _ in range(2):
        soft_delete(db, site, server_id)
        site.work()
        check_deleted(db, site, server_id, "stopped")
    site.accept(actions.RESTORE, server_id)
    site.work()
    check_restored(db, site, server_id, "stopped")


def test_a_delete_waits_for_the_end_of_an_action(db, site, make):
    server_id = make("active")
    site.accept(actions.PAUSE, server_id)
    soft_delete(db, site, server_id)
    site.work()
    assert [o.state for o in db.operations()] == ["done", "done"]
    check_deleted(db, site, server_id, "paused")


def test_a_server_that_loses_its_host_before_its_delete_is_deleted_at_once(db, site, make):
    server_id = make("shelved")
    site.accept(actions.SHELVE_OFFLOAD, server_id)
    soft_delete(db, site, server_id)
    site.work()
    check_gone(db, site, server_id)


def test_a_guest_that_cannot_be_shut_down_is_tried_again_and_again(db, site, make):
    server_id = make("active")
    site.driver.control(fail=["power_off"])
    soft_delete(db, site, server_id)
    for _ in range(5):
        site.work()
        operation, server = db.operation(), db.server(server_id)
        assert (operation.state, operation.attempts) == (OperationState.QUEUED, 0)
        assert (server.vm_state, server.task_state) == ("active", "soft-deleting")
        assert "failed" in operation.message
        db.now = operation.not_before
    site.driver.control(fail=[])
    site.work()
    check_deleted(db, site, server_id, "active")


def test_a_server_that_cannot_be_restored_stays_deleted(db, site, make):
    server_id = make("active")
    soft_delete(db, site, server_id)
    site.work()
    site.driver.control(fail=["power_on"])
    site.accept(actions.RESTORE, server_id)
    site.work()
    assert db.operations()[-1].state == OperationState.FAILED
    check_deleted(db, site, server_id, "active")
    site.driver.control(fail=[])
    site.accept(actions.RESTORE, server_id)
    site.work()
    check_restored(db, site, server_id, "active")


@pytest.mark.parametrize("state", ["active", "stopped"])
def test_a_server_whose_guest_is_gone_is_deleted_and_not_restored(db, site, make, state):
    server_id = make(state)
    site.driver.lose(server_id)
    soft_delete(db, site, server_id)
    site.work()
    site.reconcile()
    assert db.server(server_id).vm_state == "soft-delete"
    site.accept(actions.RESTORE, server_id)
    site.work()
    assert (db.operations()[-1].state, db.server(server_id).vm_state) == ("failed", "soft-delete")


def test_a_guest_that_runs_though_its_server_is_deleted_is_shut_down(db, site, make, images):
    server_id = make("active")
    soft_delete(db, site, server_id)
    site.work()
    deleted_at = db.server(server_id).soft_deleted_at
    db.now += timedelta(seconds=60)
    site.driver.power_on(server_id)
    site.reconcile()
    site.work()
    check_deleted(db, site, server_id, "active")
    assert db.server(server_id).soft_deleted_at == deleted_at
    # Its disk needs its image.
    assert images.kept == {"i1"}


def test_a_deferred_delete_that_a_worker_left_is_taken_up(db, site, make):
    server_id = make("active")
    db.change(server_id, task_state="soft-deleting", soft_deleted_at=db.now)
    site.reconcile()
    site.work()
    check_deleted(db, site, server_id, "active")
