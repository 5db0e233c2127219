"""How a lease lasts, and what ends it."""

import queue
import time

import pytest

from computeapi.domain.errors import Error, LeaseLost, Superseded
from computeapi.virt.driver import DriverUnavailable
from computeapi.worker import leases as module
from computeapi.worker.leases import Lease, Leases, Stopping


@pytest.fixture
def overrun():
    return []


@pytest.fixture
def cut():
    """The leases whose guest's power is cut."""
    return queue.SimpleQueue()


@pytest.fixture
def leases(db, overrun, cut):
    return Leases(db, 30.0, overrun.append, cut.put)


@pytest.fixture
def make_lease(db, make_server, leases):
    """Claim an operation and look after its lease."""

    def make(action="create", seconds=30.0, timeout=600.0, age=0.0):
        make_server()
        db.accept(action)
        lease = Lease(db.claim(), seconds, timeout, time.monotonic() - age)
        leases.add(lease)
        return lease

    return make


def test_a_fresh_lease_lets_the_work_go_on(make_lease):
    make_lease().checkpoint()


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (Lease.lose, LeaseLost),
        (Lease.stop, Stopping),
        (lambda lease: setattr(lease, "superseded", True), Superseded),
    ],
)
def test_what_ends_the_work(make_lease, spoil, error):
    lease = make_lease()
    spoil(lease)
    with pytest.raises(error):
        lease.checkpoint()


def test_a_lease_ends_by_our_own_clock(make_lease):
    with pytest.raises(LeaseLost):
        make_lease(age=30.1).checkpoint()


def test_an_operation_has_its_time(make_lease):
    with pytest.raises(Error, match="took more than 10 seconds"):
        make_lease(timeout=10, age=11).checkpoint()


def test_a_third_of_the_lease_is_a_time_to_renew(db, leases, make_lease):
    lease = make_lease(age=9)
    until = db.operation().lease_until
    db.now += (until - db.now) / 3
    leases.watch()
    assert db.operation().lease_until == until
    lease.renewed(time.monotonic() - 11)
    leases.watch()
    assert db.operation().lease_until > until
    assert not lease.is_due


def test_a_lease_that_is_somebody_elses(db, leases, make_lease):
    lease = make_lease(age=11)
    db.now = db.operation().lease_until
    db.claim()
    leases.watch()
    assert lease.is_lost


def test_a_delete_that_waits_is_seen(db, leases, make_lease):
    lease = make_lease()
    leases.watch()
    assert not lease.superseded
    db.accept("delete")
    leases.watch()
    assert lease.superseded


def test_nothing_supersedes_a_delete(db, leases, make_lease):
    lease = make_lease("delete")
    db.accept("delete")
    leases.watch()
    assert not lease.superseded


def test_a_database_that_is_away_costs_the_lease_at_its_end_alone(db, leases, make_lease):
    def down():
        raise OSError("down")

    lease = make_lease(age=11)
    db.before_write = down
    leases.watch()
    assert not lease.is_lost
    assert lease.is_due


def test_an_operation_not_heard_of_is_handed_over(leases, make_lease, overrun):
    lease = make_lease(timeout=10, age=39)
    leases.watch()
    assert overrun == []
    overdue = Lease(lease.operation, 30, 10, time.monotonic() - 41)
    leases.add(overdue)
    leases.watch()
    assert overrun == [overdue]


def test_a_lease_is_removed_once(leases, make_lease):
    lease = make_lease()
    assert leases.remove(lease)
    assert not leases.remove(lease)


def test_the_next_thread_waits_for_the_one_before(make_lease):
    before = make_lease()
    lease = Lease(before.operation, 30.0, 600.0, time.monotonic())
    lease.predecessor = before
    lease.superseded = True
    with pytest.raises(Superseded):
        lease.await_predecessor()
    assert before.is_lost
    before.ended.set()
    lease.await_predecessor()


def test_a_thread_that_hangs_is_not_waited_for(make_lease):
    before = make_lease()
    lease = Lease(before.operation, 30.0, 600.0, time.monotonic())
    lease.predecessor = before
    before.abandon()
    assert before.is_lost
    with pytest.raises(DriverUnavailable):
        lease.await_predecessor()
    before.ended.set()
    lease.await_predecessor()


WAITING = [("delete", {}), ("reboot", {"type": "HARD"})]


@pytest.mark.parametrize(("action", "params"), WAITING)
def test_an_operation_that_holds_up_one_that_ends_the_guest_loses_the_guest_once(
    db, leases, make_lease, cut, monkeypatch, action, params
):
    lease = make_lease("pause")
    db.accept(action, **params)
    leases.watch()
    assert cut.empty()
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    late = make_late(lease)
    leases.add(late)
    for _ in range(2):
        leases.watch()
    assert cut.get(timeout=30) is late
    assert cut.empty()
    assert not late.is_lost


def make_late(lease):
    """Return another lease on the same operation."""
    return Lease(lease.operation, 30.0, 600.0, time.monotonic())


@pytest.mark.parametrize(
    ("action", "params"), [("stop", {}), ("reboot", {"type": "SOFT"}), ("softDelete", {})]
)
def test_other_operations_wait_and_the_guest_runs(
    db, leases, make_lease, cut, monkeypatch, action, params
):
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    lease = make_lease("pause")
    db.accept(action, **params)
    leases.watch()
    assert cut.empty()
    assert not lease.superseded


def test_the_time_to_come_to_a_checkpoint_begins_with_the_first_that_waits(
    db, leases, make_lease, cut, monkeypatch
):
    lease = make_lease("pause")
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    db.accept("reboot", type="HARD")
    leases.watch()
    assert cut.get(timeout=30) is lease
    db.accept("delete")
    leases.watch()
    assert lease.superseded
    assert cut.empty()


@pytest.mark.parametrize("abandoned", [True, False])
def test_a_power_cut_ends_the_thread_that_hangs(make_lease, monkeypatch, abandoned):
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    before = make_lease()
    lease = make_late(before)
    lease.predecessor = before
    if abandoned:
        before.abandon()

    def cut():
        assert before.is_lost
        before.ended.set()

    lease.await_predecessor(cut)
    assert lease.predecessor is None


def test_the_power_stays_on_where_the_earlier_thread_ends(make_lease):
    before = make_lease()
    lease = make_late(before)
    lease.predecessor = before
    before.ended.set()
    lease.await_predecessor(pytest.fail)


def test_a_thread_that_hangs_on_without_power_is_not_waited_for(make_lease, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    cuts = []
    before = make_lease()
    lease = make_late(before)
    lease.predecessor = before
    before.abandon()
    with pytest.raises(DriverUnavailable):
        lease.await_predecessor(lambda: cuts.append(1))
    assert cuts == [1]
    assert lease.predecessor is before
