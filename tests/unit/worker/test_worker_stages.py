"""An operation of several stages, on two hosts: its way, its failures, and every death."""

import time
from datetime import timedelta

import pytest

from computeapi.domain.errors import Error
from computeapi.domain.hosts import Host, Usage
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Move, TaskState, VmState, actions
from computeapi.domain.servers.actions import Action
from computeapi.domain.servers.stages import On, Outcome, Stage
from computeapi.virt.driver import DriverUnavailable
from computeapi.worker.leases import Lease
from computeapi.worker.operations import Limits, Operations
from computeapi.worker.servers.steps import Steps, step

MOVE = Action(
    "move",
    TaskState.REBOOTING,
    frozenset({VmState.ACTIVE}),
    when_failed=Outcome.UNCHANGED,
    stages=(Stage("pack"), Stage("unpack", On.TARGET), Stage("clean")),
    undo=(Stage("clear", On.TARGET), Stage("restore")),
)
BREAK = Action("break", TaskState.REBOOTING, frozenset({VmState.ACTIVE}), undo=(Stage("repair"),))
SHIFT = Action(
    "shift", TaskState.REBOOTING, frozenset({VmState.ACTIVE}), when_failed=Outcome.UNCHANGED
)


class Moving:
    """Steps that note that they were called; ``errors`` and ``during`` are by stage."""

    def __init__(self):
        self.calls, self.errors, self.during = [], {}, {}

    def _call(self, stage, host=None, task=None, last=False):
        self.calls.append(stage)
        self.during.get(stage, lambda: None)()
        if stage in self.errors:
            raise self.errors[stage]

        def change(server, _now):
            server.host, server.task_state = host or server.host, task
            if last:
                server.end_move()

        return change

    @step(MOVE, "pack")
    def pack(self, _server, _operation, _checkpoint):
        return self._call("pack", task="packed")

    @step(MOVE, "unpack")
    def unpack(self, _server, _operation, _checkpoint):
        return self._call("unpack", host="h2", task="unpacked")

    @step(MOVE, "clean")
    def clean(self, _server, _operation, _checkpoint):
        return self._call("clean", last=True)

    @step(MOVE, "clear")
    def clear(self, _server, _operation, _checkpoint):
        return self._call("clear", task="clearing")

    @step(MOVE, "restore")
    def restore(self, _server, _operation, _checkpoint):
        return self._call("restore", last=True)

    @step(BREAK)
    def break_it(self, _server, _operation, _checkpoint):
        return self._call("break")

    @step(BREAK, "repair")
    def repair(self, _server, _operation, _checkpoint):
        return self._call("repair")

    @step(SHIFT)
    def shift(self, _server, _operation, _checkpoint):
        return self._call("shift")

    @step(actions.DELETE)
    def delete(self, _server, _operation, _checkpoint):
        self._call("delete")
        return lambda server, now: server.mark_deleted(now)


class Themes:
    """The steps as a worker's servers offer them."""

    def __init__(self, moving):
        self._steps = Steps(moving)

    def carry_out(self, operation, server, checkpoint):
        checkpoint()
        return self._steps.of(operation)(server, operation, checkpoint)


@pytest.fixture
def moving(monkeypatch):
    monkeypatch.setattr(actions, "ACTIONS", (*actions.ACTIONS, MOVE, BREAK, SHIFT))
    return Moving()


@pytest.fixture
def woken():
    return []


@pytest.fixture
def work(db, moving, woken):
    """A function that has the worker of a host carry out what it may; it returns the stages."""
    workers = {
        host: Operations(db, Themes(moving), host, Limits(), woken.append) for host in ("h1", "h2")
    }

    def work(host):
        before = len(moving.calls)
        while (operation := db.claim(host=host)) is not None:
            lease = Lease(operation, 30.0, 600.0, time.monotonic())
            workers[host].carry_out(lease)
        return moving.calls[before:]

    return work


@pytest.fixture
def accept(db, make_server):
    """A function that accepts an action on a running server, which moves to another host."""

    def accept(action, **fields):
        make_server(**fields)
        with db.write() as tx:
            for name in ("h1", "h2"):
                sizes = (8, 8192, 100)
                tx.hosts.report(Host(name, "nova", name, "fake", 1, *sizes, True, db.now, db.now))
            server = tx.servers.get("s1", lock=True)
            operation = Operation.of(action, server, "u1", "req-1", target_host="h2")
            server.begin(action)
            size = server.size
            server.begin_move(Move("token", "h1", "nova", "h2", "nova", size, size, "active"))
            tx.servers.save(server)
            tx.claims.keep("s1", server.claims)
            tx.operations.add(operation)

    return accept


def delete(db):
    with db.write() as tx:
        server = tx.servers.get("s1", lock=True)
        operation = Operation.of(actions.DELETE, server, "u1", "req-2")
        server.begin(actions.DELETE)
        tx.servers.save(server)
        tx.operations.expedite("s1")
        tx.operations.add(operation)


def row(db):
    server, operation = db.server(), db.operation()
    return (operation.state, operation.stage, operation.host, server.task_state, server.host)


def test_stages_run_one_after_the_other_each_on_its_host(db, accept, work, woken):
    accept(MOVE)
    assert work("h2") == []
    assert work("h1") == ["pack"]
    assert row(db) == ("queued", "unpack", "h2", "packed", "h1")
    assert work("h1") == []
    assert work("h2") == ["unpack"]
    assert row(db) == ("queued", "clean", "h1", "unpacked", "h2")
    assert work("h1") == ["clean"]
    assert row(db) == ("done", "clean", "h1", None, "h2")
    assert woken == ["h2", "h1"]


@pytest.mark.parametrize("failing", ["pack", "unpack", "clean"])
def test_a_stage_that_fails_is_undone_and_the_server_is_as_it_was(
    db, accept, work, moving, failing
):
    accept(MOVE)
    moving.errors[failing] = Error("There is no room.")
    for host in ("h1", "h2", "h1", "h2", "h1"):
        work(host)
    assert moving.calls[-3:] == [failing, "clear", "restore"]
    operation, server = db.operation(), db.server()
    assert (operation.state, operation.message) == ("failed", "There is no room.")
    assert (server.vm_state, server.task_state, server.fault) == ("active", None, None)


def test_an_outcome_can_be_unchanged_without_anything_to_undo(db, accept, work, moving):
    accept(SHIFT)
    moving.errors["shift"] = Error("There is no room.")
    work("h1")
    assert (db.operation().state, db.operation().message) == ("failed", "There is no room.")
    assert (db.server().vm_state, db.server().task_state, db.server().fault) == (
        "active", None, None,
    )  # fmt: skip


def test_an_outcome_can_be_an_error_with_something_undone(db, accept, work, moving):
    accept(BREAK)
    moving.errors["break"] = Error("There is no room.")
    assert work("h1") == ["break", "repair"]
    assert (db.server().vm_state, db.server().fault.message) == (
        "error",
        "There is no room.",
    )


def test_an_undoing_that_fails_puts_the_server_into_error(db, accept, work, moving):
    accept(MOVE)
    moving.errors |= {"pack": Error("There is no room."), "restore": Error("It is broken.")}
    for host in ("h1", "h2", "h1"):
        work(host)
    assert (db.operation().state, db.operation().message) == ("failed", "There is no room.")
    assert (db.server().vm_state, db.server().fault.message) == ("error", "It is broken.")


def test_a_stage_that_may_succeed_later_rests_on_its_host(db, accept, work, moving):
    accept(MOVE)
    moving.errors["unpack"] = DriverUnavailable("away")
    work("h1")
    work("h2")
    assert row(db) == ("queued", "unpack", "h2", "packed", "h1")
    assert db.operation().failing_since == db.now
    moving.errors.clear()
    db.now += timedelta(seconds=2)
    work("h2")
    assert work("h1") == ["clean"]
    assert db.operation().state == "done"


@pytest.mark.parametrize("stage", ["pack", "unpack", "clean", "clear", "restore"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_that_dies_in_a_stage_is_followed_by_one_that_repeats_it(
    db, accept, work, moving, stage, moment
):
    """Before the work of the stage, or after it and before the database knows."""
    accept(MOVE)
    if stage in ("clear", "restore"):
        moving.errors["unpack"] = Error("There is no room.")

    def die():
        raise SystemExit

    def lose_the_database():
        db.before_write = die

    moving.during[stage] = die if moment == "before" else lose_the_database
    died = 0
    for _ in range(8):
        for host in ("h1", "h2"):
            try:
                work(host)
            except SystemExit:
                died += 1
                del moving.during[stage]
                db.before_write = lambda: None
                db.now = db.operation().lease_until
    assert died == 1
    assert moving.calls.count(stage) == 2
    undone = stage in ("clear", "restore")
    assert db.operation().state == ("failed" if undone else "done")
    server = db.server()
    assert (server.vm_state, server.task_state) == ("active", None)
    assert server.host == ("h1" if undone else "h2")
    with db.read() as tx:
        assert tx.operations.unfinished("s1") == []
        assert [claim.host for claim in tx.claims.of_server("s1")] == [server.host]


@pytest.mark.parametrize("stage", ["pack", "unpack", "clean"])
def test_a_delete_ends_a_move_and_goes_to_each_host(db, accept, work, moving, stage):
    accept(MOVE)
    moving.during[stage] = lambda: delete(db) if len(db.operations()) == 1 else None
    for host in ("h1", "h2") * 4:
        work(host)
    # The last stage gives up the claim on the first host.
    assert moving.calls.count("delete") == (1 if stage == "clean" else 2)
    assert db.server().deleted
    assert {operation.state for operation in db.operations()} <= {"cancelled", "done"}
    with db.read() as tx:
        assert tx.hosts.usage() == {}


def test_a_delete_gives_up_the_claim_of_each_host_as_it_goes(db, accept, work, moving):
    accept(MOVE)
    delete(db)
    work("h1")
    assert not db.server().deleted
    with db.read() as tx:
        assert tx.hosts.usage_of("h1") == Usage()
        assert tx.hosts.usage_of("h2").instances == 1
    work("h2")
    assert db.server().deleted


def test_a_delete_does_not_wait_for_a_host_that_is_down(db, accept, work, moving):
    accept(MOVE)
    with db.write() as tx:
        host = tx.hosts.get("h2")
        host.seen_at -= timedelta(hours=1)
        tx.hosts.report(host)
    delete(db)
    work("h1")
    assert moving.calls == ["delete"]
    assert db.server().deleted
