"""Retries: their causes, their times, and the messages meanwhile."""

import time
from datetime import timedelta

import pytest

from computeapi.domain.errors import ImageUnreachable
from computeapi.virt.driver import DriverError, DriverUnavailable
from computeapi.worker.leases import Lease
from computeapi.worker.operations import Limits, Operations
from computeapi.worker.servers import Servers

UNREACHABLE = DriverUnavailable("libvirt could not look: the socket is closed")


@pytest.fixture
def run(db, driver, images, transfers, uploads):
    """Claim the next operation and carry it out; return how many seconds it rests then."""
    servers = Servers(driver, images, lambda s: {}, transfers, uploads, 5.0)
    operations = Operations(db, servers, "h1", Limits(), lambda _host: None)

    def run():
        operation = db.claim()
        assert operation is not None
        operations.carry_out(Lease(operation, 30.0, 600.0, time.monotonic()))
        rests_until = db.operation(operation.id).not_before
        return rests_until and (rests_until - db.now).total_seconds()

    return run


@pytest.fixture
def run_until_it_ends(db, run):
    """Carry an operation out as often as it comes; return its pauses, in seconds."""

    def run_until_it_ends(most=30):
        pauses = []
        while db.operation().state == "queued" and len(pauses) < most:
            pauses.append(run())
            db.now += timedelta(seconds=pauses[-1] or 0)
        return pauses

    return run_until_it_ends


@pytest.fixture
def deleting(db, make_server):
    make_server(task_state="deleting")
    db.accept("delete")


@pytest.mark.parametrize(
    "error", [DriverError("busy"), UNREACHABLE, OSError(5, "Input/output error"), KeyError("x")]
)
def test_a_delete_is_never_given_up(db, driver, run, run_until_it_ends, deleting, error):
    driver.errors["destroy"] = error
    pauses = run_until_it_ends(most=30)
    assert pauses[:6] == [2, 2, 4, 8, 16, 32]
    assert max(pauses) == pauses[-1] == 300
    assert (db.operation().state, db.server().deleted) == ("queued", False)
    driver.errors.clear()
    run()
    assert (db.operation().state, db.server().deleted) == ("done", True)


def test_a_delete_that_fails_says_so_meanwhile(db, driver, run, deleting):
    driver.errors["destroy"] = DriverError("busy", "the guest is busy")
    run()
    server = db.server()
    assert (server.vm_state, server.task_state) == ("error", "deleting")
    assert server.fault.message == (
        "The delete failed: the guest is busy. It is tried again until it succeeds."
    )
    assert db.operation().message == server.fault.message
    driver.errors["destroy"] = DriverError("stuck", "x" * 1000)
    db.now += timedelta(seconds=2)
    run()
    assert len(db.server().fault.message) == 255
    assert db.server().fault.message.endswith(". It is tried again until it succeeds.")


def test_a_delete_rests_as_a_row(db, driver, run, deleting):
    driver.errors["destroy"] = DriverError("busy")
    assert run() == 2
    assert db.claim() is None
    db.now += timedelta(seconds=2)
    assert db.claim() is not None


def test_a_delete_that_workers_died_over_is_carried_out(db, run, deleting):
    for _ in range(9):
        db.claim()
        db.now = db.operation().lease_until
    run()
    assert db.server().deleted


def test_a_delete_that_took_too_long_is_tried_again(
    db, driver, images, transfers, uploads, deleting
):
    servers = Servers(driver, images, lambda s: {}, transfers, uploads, 5.0)
    lease = Lease(db.claim(), 30.0, 0.0, time.monotonic())
    Operations(db, servers, "h1", Limits(1), lambda _host: None).carry_out(lease)
    assert (db.operation().state, db.server().task_state) == ("queued", "deleting")
    assert "took more than 0 seconds" in db.server().fault.message


POWER = [
    ("start", {}, "power_on", ("stopped", "powering-on"), "active"),
    ("stop", {}, "power_off", ("active", "powering-off"), "stopped"),
    ("reboot", {"type": "SOFT"}, "reboot soft", ("active", "rebooting"), "active"),
    ("reboot", {"type": "HARD"}, "reboot hard", ("error", "rebooting_hard"), "active"),
    ("create", {}, "spawn", ("building", "scheduling"), "active"),
]


@pytest.mark.parametrize("case", POWER, ids=lambda case: case[2])
def test_a_hypervisor_that_is_away_for_a_while(
    db, driver, run, run_until_it_ends, make_server, case
):
    action, params, call, before, after = case
    make_server(vm_state=before[0], task_state=before[1])
    db.accept(action, **params)
    driver.errors[call] = UNREACHABLE
    pauses = run_until_it_ends(most=6)
    assert pauses == [2, 2, 4, 8, 16, 32]
    assert (db.operation().state, db.server().vm_state) == ("queued", before[0])
    assert "destroy" not in driver.calls
    driver.errors.clear()
    run()
    assert (db.operation().state, db.server().vm_state, db.server().task_state) == (
        "done", after, None,
    )  # fmt: skip


@pytest.mark.parametrize("case", POWER, ids=lambda case: case[2])
def test_a_hypervisor_that_stays_away(db, driver, run_until_it_ends, make_server, case):
    action, params, call, before, _ = case
    make_server(vm_state=before[0], task_state=before[1])
    db.accept(action, **params)
    driver.errors[call] = UNREACHABLE
    begun = db.now
    pauses = run_until_it_ends()
    assert max(p for p in pauses if p) == 60
    assert (db.now - begun).total_seconds() == 600
    assert (db.operation().state, db.server().vm_state) == ("failed", "error")
    assert db.server().fault.message == (
        f"The {action} failed: {UNREACHABLE.reason}. The {action} was tried for 600 seconds."
    )


def test_an_image_service_that_is_away_for_a_while(db, images, run, run_until_it_ends, make_server):
    make_server(vm_state="building", task_state="scheduling")
    db.accept("create")
    images.error = ImageUnreachable("The image service does not answer.")
    run_until_it_ends(most=5)
    assert (db.server().vm_state, db.server().fault) == ("building", None)
    assert db.operation().message == "The image service does not answer."
    images.error = None
    run()
    assert db.server().vm_state == "active"


def test_an_image_service_that_stays_away(db, images, run_until_it_ends, make_server):
    make_server(vm_state="building", task_state="scheduling")
    db.accept("create")
    images.error = ImageUnreachable("The image service does not answer.")
    run_until_it_ends()
    assert db.server().fault.code == 503
    assert db.server().fault.message == (
        "The image service does not answer. The create was tried for 600 seconds."
    )


def test_pauses_are_no_deaths_of_workers(db, driver, run_until_it_ends, make_server):
    make_server(vm_state="stopped", task_state="powering-on")
    db.accept("start")
    driver.errors["power_on"] = UNREACHABLE
    run_until_it_ends(most=5)
    assert (db.operation().state, db.operation().attempts) == ("queued", 0)


def test_a_delete_overtakes_what_rests(db, driver, run, make_server):
    make_server(vm_state="stopped", task_state="powering-on")
    db.accept("start")
    driver.errors["power_on"] = UNREACHABLE
    run()
    db.accept("delete")
    run()
    run()
    assert [o.state for o in db.operations()] == ["cancelled", "done"]
    assert db.server().deleted
