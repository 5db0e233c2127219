"""The loop that claims, with real threads."""

import threading
import time
from datetime import timedelta

import pytest

from computeapi.virt.driver import DriverError
from computeapi.worker import leases
from computeapi.worker.claims import Claims, Pace
from computeapi.worker.operations import Limits, Operations
from computeapi.worker.servers import Servers

#: Actions that end a guest, and the calls of the hypervisor that they consist of.
ENDING = [
    ("delete", ["destroy"]),
    ("softDelete", ["guest"]),
    ("stop", ["power_off"]),
    ("reboot", ["reboot soft"]),
]


def wait_for(condition, seconds=30.0):
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


@pytest.fixture
def lost():
    return []


@pytest.fixture
def make_claims(db, driver, images, transfers, uploads, lost):
    """Start the loop; it is stopped at the end."""
    made = []

    def make(may_claim=lambda: True, **pace):
        operations = Operations(
            db,
            Servers(driver, images, lambda s: {}, transfers, uploads, 5.0),
            "h1",
            Limits(3, 60.0),
            lambda _host: None,
            driver.cut_power,
        )
        pace = Pace(**{"poll_interval": 30.0, **pace})
        claims = Claims(db, operations, "h1", pace, lost.append, may_claim)
        claims.start()
        made.append(claims)
        return claims

    yield make
    for claims in made:
        claims.stop(5.0)


@pytest.fixture
def hang(db, driver):
    """A function that has the hypervisor hang in a method for the server s1, until it is set."""
    go_on = threading.Event()

    def hang(claims, method):
        begun = threading.Event()

        def wait():
            if claims.is_busy("s1") and not begun.is_set():
                begun.set()
                assert go_on.wait(60)

        driver.during[method] = wait
        claims.wake()
        assert begun.wait(30)
        # Its time is up, and that of the lease after it.
        claims._current["s1"]._deadline = float("-inf")
        claims.wake()
        return go_on

    yield hang
    go_on.set()


@pytest.fixture
def accept_create(db, make_server):
    def accept(server_id):
        make_server(server_id, vm_state="building", task_state="scheduling")
        db.accept("create", server_id)

    return accept


def states(db):
    return [s.vm_state for s in db.servers()]


def test_what_waits_at_the_start_is_done(db, make_claims, accept_create):
    accept_create("s1")
    accept_create("s2")
    make_claims(threads=1)
    wait_for(lambda: states(db) == ["active", "active"])


def test_a_wake_up_is_heeded(db, make_claims, accept_create):
    claims = make_claims()
    accept_create("s1")
    claims.wake()
    wait_for(lambda: states(db) == ["active"])


def test_without_a_wake_up_work_is_found_by_looking(db, make_claims, accept_create):
    make_claims(poll_interval=0.05)
    accept_create("s1")
    wait_for(lambda: states(db) == ["active"])


def test_no_more_threads_than_allowed(db, driver, make_claims, accept_create):
    running, most, mutex = 0, 0, threading.Lock()
    both = threading.Barrier(2)  # two run at the same time, or neither ends

    def spawn():
        nonlocal running, most
        with mutex:
            running += 1
            most = max(most, running)
        both.wait(20)
        with mutex:
            running -= 1

    driver.during["spawn"] = spawn
    for number in range(6):
        accept_create(f"s{number}")
    make_claims(threads=2)
    wait_for(lambda: states(db) == ["active"] * 6)
    assert most == 2


def test_a_database_that_was_away(db, make_claims, accept_create):
    def down():
        raise OSError("down")

    accept_create("s1")
    db.before_write = down
    make_claims(poll_interval=0.05)
    time.sleep(0.1)
    db.before_write = lambda: None
    wait_for(lambda: states(db) == ["active"])


def test_a_delete_overtakes_a_running_create(db, driver, make_claims, accept_create):
    begun, go_on = threading.Event(), threading.Event()
    driver.during["spawn"] = lambda: (begun.set(), go_on.wait(30))
    accept_create("s1")
    claims = make_claims()
    assert begun.wait(30)
    assert claims.is_busy("s1")
    db.accept("delete")
    claims.wake()
    wait_for(lambda: claims._leases.held()[0].superseded)
    go_on.set()
    wait_for(lambda: db.server().deleted)
    assert db.operation(1).state == "cancelled"
    wait_for(lambda: not claims.is_busy("s1"))


def test_stopping_leaves_what_runs_to_the_next_worker(db, driver, make_claims, accept_create):
    begun, go_on = threading.Event(), threading.Event()
    driver.during["spawn"] = lambda: (begun.set(), go_on.wait(30))
    accept_create("s1")
    claims = make_claims()
    assert begun.wait(30)
    threading.Timer(0.2, go_on.set).start()
    assert claims.stop(5.0)
    assert (db.operation().state, db.server().vm_state) == ("queued", "building")
    accept_create("s2")
    claims.wake()
    assert db.operation(2).state == "queued"


def test_a_hanging_hypervisor_ends_in_error_and_blocks_nobody(
    db, hang, lost, make_claims, accept_create
):
    claims = make_claims(threads=1)
    accept_create("s1")
    go_on = hang(claims, "spawn")
    wait_for(lambda: states(db) == ["error"])
    assert "did not answer in 600 seconds" in db.server().fault.message
    assert db.operation().state == "failed"
    accept_create("s2")
    claims.wake()
    wait_for(lambda: states(db) == ["error", "active"])
    go_on.set()
    wait_for(lambda: lost == ["s1"])
    assert states(db) == ["error", "active"]


def test_a_hanging_delete_goes_on_and_holds_no_thread(
    db, driver, hang, make_claims, make_server, accept_create, monkeypatch
):
    monkeypatch.setattr(leases, "PATIENCE", 0.0)
    claims = make_claims(threads=1)
    make_server(task_state="deleting")
    db.accept("delete")
    go_on = hang(claims, "destroy")
    wait_for(lambda: db.operation().not_before is not None)
    assert (db.operation().state, db.server().task_state) == ("queued", "deleting")
    assert "did not answer in 600 seconds" in db.server().fault.message
    # The next attempts, while the thread of the first still waits for the hypervisor.
    for _ in range(2):
        pause = db.now = db.operation().not_before
        claims.wake()
        wait_for(lambda pause=pause: db.operation().not_before > pause)
        assert driver.calls.count("destroy") == 1
        assert claims.is_busy("s1")
    accept_create("s2")
    claims.wake()
    wait_for(lambda: db.server("s2").vm_state == "active")
    go_on.set()
    wait_for(lambda: not claims.is_busy("s1"))
    db.now = db.operation().not_before + timedelta(seconds=1)
    claims.wake()
    wait_for(lambda: db.server("s1").deleted)


@pytest.fixture
def hang_until_cut(db, driver, make_server, monkeypatch):
    """A function that has the hypervisor hang in a pause of s1 until the guest's power is cut."""
    monkeypatch.setattr(leases, "PATIENCE", 0.1)
    begun, off = threading.Event(), threading.Event()

    def wait():
        begun.set()
        assert off.wait(60)
        driver.errors["pause"] = DriverError("its guest ended")

    def hang(claims):
        driver.during.update(pause=wait, cut_power=off.set)
        make_server(task_state="pausing")
        db.accept("pause")
        claims.wake()
        assert begun.wait(30)

    yield hang
    off.set()


def wait_for_end(db, number):
    """Wait until an operation has ended, and return its state."""
    wait_for(lambda: db.operation(number).state in ("done", "failed", "cancelled"))
    return db.operation(number).state


def test_a_delete_ends_a_guest_in_whose_way_an_operation_hangs(
    db, driver, hang_until_cut, make_claims
):
    claims = make_claims(threads=1)
    hang_until_cut(claims)
    db.accept("delete")
    claims.wake()
    assert wait_for_end(db, 2) == "done"
    assert db.server().deleted
    assert db.operation(1).state == "cancelled"
    assert driver.calls == ["pause", "cut_power", "destroy"]


def test_a_hard_reboot_ends_a_guest_in_whose_way_an_operation_hangs(
    db, driver, hang_until_cut, make_claims
):
    claims = make_claims(threads=1)
    hang_until_cut(claims)
    db.accept("reboot", type="HARD")
    claims.wake()
    assert wait_for_end(db, 2) == "done"
    assert states(db) == ["active"]
    assert driver.calls == ["pause", "cut_power", "reboot hard"]


def test_a_power_cut_that_lasts_is_over_before_the_next_operation_begins(
    db, driver, hang_until_cut, make_claims
):
    claims = make_claims(threads=2)
    hang_until_cut(claims)
    ended, go_on = driver.during["cut_power"], threading.Event()
    driver.during["cut_power"] = lambda: (ended(), go_on.wait(30))
    db.accept("reboot", type="HARD")
    claims.wake()
    # The call that hung is back, and the power cut is not: the reboot waits, and cuts the power.
    wait_for(lambda: db.operation(1).state == "failed")
    claims.wake()
    wait_for(lambda: driver.calls.count("cut_power") == 2)
    assert "reboot hard" not in driver.calls
    go_on.set()
    assert wait_for_end(db, 2) == "done"
    assert driver.calls[-1] == "reboot hard"


@pytest.mark.parametrize(("action", "calls"), ENDING)
def test_what_ends_the_guest_anyway_ends_one_that_an_operation_left_hanging(
    db, driver, hang_until_cut, make_claims, action, calls
):
    claims = make_claims(threads=1)
    hang_until_cut(claims)
    claims._current["s1"]._deadline = float("-inf")
    claims.wake()
    assert wait_for_end(db, 1) == "failed"
    db.accept(action)
    claims.wake()
    assert wait_for_end(db, 2) == "done"
    assert driver.calls == ["pause", "cut_power", *calls]
    # The call that came back changed nothing.
    assert db.operation(1).state == "failed"


def test_what_needs_the_guest_leaves_one_that_hangs_alone(db, driver, hang_until_cut, make_claims):
    claims = make_claims(threads=1)
    hang_until_cut(claims)
    claims._current["s1"]._deadline = float("-inf")
    claims.wake()
    assert wait_for_end(db, 1) == "failed"
    db.accept("unpause")
    claims.wake()
    wait_for(lambda: db.operation(2).not_before is not None)
    assert driver.calls == ["pause"]


def test_nothing_is_claimed_for_a_host_that_another_worker_has(db, make_claims, accept_create):
    asked = threading.Event()
    accept_create("s1")
    claims = make_claims(may_claim=lambda: bool(asked.set()))
    assert asked.wait(30)
    claims.stop(5.0)
    assert db.operation().state == "queued"
