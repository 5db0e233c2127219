"""The effect of each operation on a server, and the ends of operations."""

import time
from datetime import datetime

import pytest

from computeapi.domain import log_context
from computeapi.domain.errors import NotFound
from computeapi.domain.images import GIB
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Fault, actions
from computeapi.virt.driver import DriverError, GuestNotFound
from computeapi.worker.leases import Lease
from computeapi.worker.operations import Limits, Operations
from computeapi.worker.servers import Servers

OLD_FAULT = Fault(500, "old", datetime(2029, 1, 1))


@pytest.fixture
def servers(driver, images, transfers, uploads):
    return Servers(driver, images, lambda s: {"meta": s.name.encode()}, transfers, uploads, 5.0)


@pytest.fixture
def operations(db, servers):
    return Operations(db, servers, "h1", Limits(), lambda _host: None)


@pytest.fixture
def run(db, operations):
    """Claim the next operation and carry it out; return its lease."""

    def run(seconds=30.0, timeout=600.0):
        lease = Lease(db.claim(), seconds, timeout, time.monotonic())
        operations.carry_out(lease)
        return lease

    return run


@pytest.fixture
def building(db, make_server):
    make_server(vm_state="building", task_state="scheduling", power_state=0)
    db.accept("create")


def test_create(db, driver, run, building):
    seen = []
    driver.during["spawn"] = lambda: seen.append(db.server().task_state)
    run()
    server = db.server()
    assert seen == ["spawning"]
    assert (server.vm_state, server.task_state, server.power_state) == ("active", None, 1)
    assert (server.progress, server.launched_at, server.ssh_port) == (0, db.now, 2222)
    assert server.addresses["private"][0]["addr"] == "10.0.2.15"
    assert (db.operation().state, db.operation().finished_at) == ("done", db.now)


def test_log_entries_belong_to_the_request_of_an_operation(db, driver, run, building):
    seen = []
    driver.during["spawn"] = lambda: seen.append(log_context.current())
    run()
    (operation,) = db.operations()
    assert [(seen[0].request_id, seen[0].server_id)] == [(operation.request_id, "s1")]
    assert (seen[0].user_id, seen[0].project_id) == (operation.user_id, operation.project_id)
    assert log_context.current() is None


def test_create_gives_every_guest_a_config_drive(driver, run, building):
    run()
    assert driver.spec.config_drive == {"meta": b"demo"}
    assert (str(driver.spec.image_path), driver.spec.image_format) == ("/cache/i1", "qcow2")
    assert driver.spec.name == "instance-s1"


@pytest.mark.parametrize(
    ("action", "call", "before", "after"),
    [
        (("start", {}), "power_on", ("stopped", "powering-on"), ("active", 1)),
        (("stop", {}), "power_off", ("active", "powering-off"), ("stopped", 4)),
        (("stop", {}), "power_off", ("error", "powering-off"), ("stopped", 4)),
        (("reboot", {"type": "SOFT"}), "reboot soft", ("active", "rebooting"), ("active", 1)),
        (("reboot", {"type": "HARD"}), "reboot hard", ("error", "rebooting_hard"), ("active", 1)),
        (("pause", {}), "pause", ("active", "pausing"), ("paused", 3)),
        (("unpause", {}), "unpause", ("paused", "unpausing"), ("active", 1)),
        (("suspend", {}), "suspend", ("active", "suspending"), ("suspended", 4)),
        (("resume", {}), "resume", ("suspended", "resuming"), ("active", 1)),
    ],
)
def test_power(db, driver, run, make_server, action, call, before, after):
    make_server(vm_state=before[0], task_state=before[1], fault=OLD_FAULT, ssh_port=1)
    db.accept(action[0], **action[1])
    run()
    server = db.server()
    assert driver.calls == [call]
    assert server.ssh_port == (2222 if after[0] in ("active", "paused") else None)
    assert (server.vm_state, server.power_state) == after
    assert (server.task_state, server.fault) == (None, None)
    assert db.operation().state == "done"


@pytest.mark.parametrize(
    ("verb", "vm_state"),
    [
        ("pause", "active"), ("unpause", "paused"), ("suspend", "active"), ("resume", "suspended"),
    ],
)  # fmt: skip
def test_a_server_that_cannot_be_paused_or_suspended_is_as_it_was(
    db, driver, run, make_server, verb, vm_state
):
    make_server(vm_state=vm_state)
    with db.write() as tx:
        server = tx.servers.get("s1", lock=True)
        action = actions.named(verb)
        tx.operations.add(Operation.of(action, server, "u1", "req-1"))
        server.begin(action)
        tx.servers.save(server)
    driver.errors[verb] = DriverError("no", "there is no room")
    run()
    server = db.server()
    assert (server.vm_state, server.task_state, server.fault) == (vm_state, None, None)
    assert db.operation().message == f"The {verb} failed: there is no room."


def test_delete(db, driver, run, make_server):
    make_server(task_state="deleting")
    db.accept("delete")
    run()
    server = db.server()
    assert driver.calls == ["destroy"]
    assert (server.vm_state, server.deleted, server.terminated_at) == ("deleted", True, db.now)


@pytest.mark.parametrize("error", [None, DriverError("no memory")])
def test_the_password_is_kept_no_longer_than_the_create_needs_it(
    db, driver, run, make_server, error
):
    make_server(admin_password="secret", personality=[{"path": "/a", "contents": "eA=="}])
    db.accept("create")
    if error:
        driver.errors["spawn"] = error
    run()
    server = db.server()
    assert (server.admin_password, server.personality) == (None, [])


def test_launched_at_is_that_of_the_first_time(db, run, make_server):
    first = datetime(2029, 5, 5)
    make_server(vm_state="stopped", task_state="powering-on", launched_at=first)
    db.accept("start")
    run()
    assert db.server().launched_at == first


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (
            DriverError("/secret/qemu: no memory"),
            500,
            "The create failed: the hypervisor could not do it.",
        ),
        (NotFound("Image i1 could not be found."), 404, "Image i1 could not be found."),
        (
            OSError(28, "No space left on device", "/secret"),
            500,
            "The create failed: No space left on device.",
        ),
        (KeyError("/secret"), 500, "The create failed unexpectedly."),
    ],
)
def test_a_failed_create_says_why(db, driver, run, building, error, code, message):
    driver.errors["spawn"] = error
    run()
    server = db.server()
    assert (server.vm_state, server.task_state) == ("error", None)
    assert (server.fault.code, server.fault.created) == (code, db.now)
    assert server.fault.message == message
    assert ("Traceback" in server.fault.details) is (code == 500)
    assert ("/secret" in server.fault.details) is (code == 500)
    assert (db.operation().state, db.operation().message) == ("failed", server.fault.message)


@pytest.mark.parametrize(
    ("sizes", "virtual_size", "fits"),
    [
        ({"disk_gb": 2}, 2 * GIB, True),
        ({"disk_gb": 2}, 2 * GIB + 1, False),
        ({"disk_gb": 0, "image_gb": 3}, 3 * GIB, True),
        ({"disk_gb": 0, "image_gb": 3}, 3 * GIB + 1, False),
        ({"disk_gb": 0, "image_gb": 1}, 100 * GIB, False),
    ],
)
def test_an_image_with_a_larger_disk_than_was_counted(
    db, driver, images, run, make_server, sizes, virtual_size, fits
):
    """The image service named no size, or a wrong one: the image's own header is what counts."""
    images.virtual_size = virtual_size
    make_server(vm_state="building", task_state="scheduling", power_state=0, **sizes)
    db.accept("create")
    run()
    server = db.server()
    assert (server.vm_state == "active") is fits
    assert ("spawn" in driver.calls) is fits
    if not fits:
        counted = max(sizes.values())
        assert server.fault.code == 400
        assert server.fault.message == (
            f"Image i1 holds a disk of {-(-virtual_size // GIB)} GiB, and the root disk of this "
            f"server may have {counted} GiB."
        )


def test_an_image_that_there_is_not(db, driver, images, run, building):
    images.error = NotFound("Image i1 could not be found.")
    run()
    assert db.server().fault.message == "Image i1 could not be found."
    assert "spawn" not in driver.calls


def test_a_failed_create_leaves_no_guest(driver, run, building):
    driver.errors["spawn"] = DriverError("half way")
    run()
    assert driver.calls == ["spawn", "destroy"]


def test_why_a_create_failed_outweighs_what_its_clearing_met(db, driver, run, building):
    driver.errors["spawn"] = DriverError("no memory", "there is no memory")
    driver.errors["destroy"] = DriverError("stuck", "it is stuck")
    run()
    assert db.server().fault.message == "The create failed: there is no memory."


def test_a_guest_that_is_gone(db, driver, run, make_server):
    make_server(vm_state="stopped", task_state="powering-on")
    db.accept("start")
    driver.errors["power_on"] = GuestNotFound("s1")
    run()
    assert db.server().vm_state == "error"
    assert db.server().fault.message == "The start failed: the guest is gone from its host."


def test_a_message_is_bounded(db, driver, run, building):
    driver.errors["spawn"] = DriverError("y" * 50_000, "x" * 5000)
    run()
    assert len(db.server().fault.message) == 255
    assert len(db.server().fault.details) <= 16384


def test_an_operation_whose_worker_died_too_often(db, driver, run, building):
    for _ in range(3):
        db.claim()
        db.now = db.operation().lease_until
    run()
    assert driver.calls == []
    assert db.server().vm_state == "error"
    assert "given up: 3 times" in db.server().fault.message
    assert db.operation().state == "failed"


def test_the_last_attempt_is_still_made(db, run, building):
    for _ in range(2):
        db.claim()
        db.now = db.operation().lease_until
    run()
    assert db.server().vm_state == "active"


def test_a_waiting_delete_comes_first(db, driver, run, building):
    db.accept("delete")
    run()
    assert driver.calls == []
    assert (db.operation(1).state, db.operation(2).state) == ("cancelled", "queued")
    run()
    assert db.server().deleted


def test_a_delete_stops_the_running_operation(db, driver, operations, building):
    lease = Lease(db.claim(), 30, 600, time.monotonic())
    driver.during["spawn"] = lambda: setattr(lease, "superseded", True)
    operations.carry_out(lease)
    assert db.operation().state == "cancelled"
    assert db.server().vm_state == "building"


def test_a_delete_accepted_in_the_last_moment_keeps_its_task_state(db, driver, run, building):
    def accept():
        with db.write() as tx:
            server = tx.servers.get("s1")
            server.task_state = "deleting"
            tx.servers.save(server)
        db.accept("delete")

    driver.during["spawn"] = accept
    run()
    assert (db.server().vm_state, db.server().task_state) == ("active", "deleting")


def test_a_server_deleted_before_its_operation_began(db, driver, run, building):
    with db.write() as tx:
        server = tx.servers.get("s1")
        server.mark_deleted(db.now)
        tx.servers.save(server)
    run()
    assert driver.calls == []
    assert db.operation().state == "cancelled"


def test_a_lost_lease_writes_nothing(db, driver, run, building):
    def somebody_else():
        db.now = db.operation().lease_until
        assert db.claim().attempts == 2

    driver.during["spawn"] = somebody_else
    run()
    assert db.server().vm_state == "building"
    assert (db.operation().state, db.operation().lease_token) == ("running", 2)


def test_a_lease_that_ran_out_stops_the_work(db, driver, run, building):
    run(seconds=0.0)
    assert driver.calls == []
    assert (db.operation().state, db.server().vm_state) == ("running", "building")


def test_an_operation_that_takes_too_long(db, run, building):
    run(timeout=0.0)
    assert db.server().fault.message == "The create took more than 0 seconds."


def test_nobody_touches_a_guest_while_an_earlier_step_hangs(db, driver, operations, building):
    lease = Lease(db.claim(), 30, 0.1, time.monotonic())
    lease.predecessor = Lease(db.operation(), 30, 600, time.monotonic())
    operations.carry_out(lease)
    assert driver.calls == []
    assert db.server().fault.message == "The create took more than 0.1 seconds."


def test_a_stopping_worker_hands_the_operation_back(db, driver, operations, building):
    lease = Lease(db.claim(), 30, 600, time.monotonic())
    driver.during["spawn"] = lease.stop
    operations.carry_out(lease)
    assert (db.operation().state, db.server().vm_state) == ("queued", "building")
    assert db.operation().attempts == 0
    assert "destroy" not in driver.calls


def test_a_result_the_database_did_not_take_is_repeated(db, driver, run, building):
    def down():
        raise OSError("down")

    driver.during["spawn"] = lambda: setattr(db, "before_write", down)
    run()
    assert (db.operation().state, db.server().vm_state) == ("running", "building")
    db.before_write = lambda: None
    del driver.during["spawn"]
    db.now = db.operation().lease_until
    run()
    assert (db.operation().state, db.server().vm_state) == ("done", "active")


def test_an_unknown_action_fails(db, run, make_server):
    make_server(task_state="resizing")
    db.accept("dance")
    run()
    assert db.server().fault.message == (
        "This worker does not know the action 'dance', stage 'run'."
    )
