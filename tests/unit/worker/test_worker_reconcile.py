"""The treatment of differences between a hypervisor and the database."""

import dataclasses
import logging

import pytest

from computeapi.virt.driver import DriverError, Guest
from computeapi.worker.reconcile import Reconcile, Rounds

ADDRESSES = {"private": [{"addr": "10.0.2.15", "version": 4}]}


@pytest.fixture
def busy():
    return set()


@pytest.fixture
def reconcile(db, driver, images, busy):
    return Reconcile(db, driver, images, "h1", busy.__contains__, lambda: True)


@pytest.fixture
def make_guest(driver):
    def make(power_state=1, server_id="s1", **changes):
        fields = {"addresses": ADDRESSES, "ssh_port": 2222, **changes}
        driver.existing[server_id] = Guest(server_id, power_state, **fields)

    return make


@pytest.mark.parametrize(
    ("before", "guest", "after"),
    [
        # vm_state, task_state: the guest's power state (None: no guest): vm_, task_, power state
        (("active", None), 1, ("active", None, 1)),
        (("active", None), 3, ("active", None, 3)),
        (("active", None), 4, ("stopped", None, 4)),
        (("active", None), 6, ("stopped", None, 6)),
        (("active", None), 0, ("error", None, 0)),
        (("active", None), None, ("error", None, 0)),
        (("stopped", None), 4, ("stopped", None, 4)),
        (("stopped", None), 6, ("stopped", None, 6)),
        (("stopped", None), 1, ("stopped", "powering-off", 1)),
        (("stopped", None), None, ("error", None, 0)),
        (("paused", None), 3, ("paused", None, 3)),
        (("paused", None), 4, ("stopped", None, 4)),
        (("paused", None), 1, ("paused", "pausing", 1)),
        (("paused", None), None, ("error", None, 0)),
        (("suspended", None), 4, ("suspended", None, 4)),
        (("suspended", None), 1, ("suspended", "suspending", 1)),
        (("suspended", None), 3, ("suspended", "suspending", 1)),
        (("suspended", None), None, ("error", None, 0)),
        (("resized", None), 1, ("resized", None, 1)),
        (("resized", None), 4, ("resized", None, 4)),
        (("resized", None), None, ("error", None, 0)),
        (("error", None), None, ("error", None, 1)),
        (("error", None), 4, ("error", None, 4)),
        (("building", "scheduling"), None, ("error", None, 0)),
        (("building", "spawning"), 1, ("error", None, 0)),
        (("building", None), 1, ("error", None, 0)),
        (("active", "deleting"), 1, ("active", "deleting", 1)),
        (("building", "deleting"), None, ("building", "deleting", 1)),
        (("error", "deleting"), 1, ("error", "deleting", 1)),
        (("active", "rebooting"), 1, ("error", None, 0)),
    ],
)
def test_table(db, reconcile, make_server, make_guest, before, guest, after):
    make_server(vm_state=before[0], task_state=before[1])
    if guest is not None:
        make_guest(guest)
    reconcile.everything()
    server = db.server()
    assert (server.vm_state, server.task_state, server.power_state) == after
    assert (server.fault is not None) == (after[0] == "error" != before[0])


@pytest.mark.parametrize("vm_state", ["active", "building", "error"])
def test_a_delete_that_a_worker_left_is_taken_up(db, reconcile, make_server, make_guest, vm_state):
    make_server(vm_state=vm_state, task_state="deleting")
    make_guest()
    reconcile.everything()
    reconcile.everything()
    assert [(o.action, o.state) for o in db.operations()] == [("delete", "queued")]


def test_a_server_that_is_worked_on_is_left_alone(db, driver, reconcile, make_server):
    make_server(vm_state="building", task_state="spawning")
    db.accept("create")
    reconcile.everything()
    reconcile.server("s1")
    assert (db.server().vm_state, db.server().task_state) == ("building", "spawning")


def test_a_guest_that_is_gone(db, reconcile, make_server):
    make_server()
    reconcile.server("s1")
    assert db.server().fault.message == "The guest is gone from its host."


@pytest.mark.parametrize(
    ("vm_state", "action"),
    [("stopped", "stop"), ("paused", "pause"), ("suspended", "suspend")],
)
def test_a_guest_that_must_not_run_is_taken_back(
    db, reconcile, make_server, make_guest, vm_state, action
):
    make_server(vm_state=vm_state)
    make_guest()
    reconcile.everything()
    reconcile.everything()
    found = [(o.action, o.state, o.host, o.vm_state_before) for o in db.operations()]
    assert found == [(action, "queued", "h1", vm_state)]


def test_what_the_hypervisor_says_anew_is_kept(db, reconcile, make_server, make_guest):
    make_server(ssh_port=1, addresses=ADDRESSES)
    make_guest(addresses={})
    reconcile.everything()
    assert (db.server().ssh_port, db.server().addresses) == (2222, ADDRESSES)


def test_a_stopped_guest_has_no_port(db, reconcile, make_server, make_guest):
    make_server(ssh_port=2222, addresses=ADDRESSES)
    make_guest(4, ssh_port=None)
    reconcile.server("s1")
    assert (db.server().ssh_port, db.server().addresses) == (None, ADDRESSES)


def test_nothing_is_written_when_nothing_differs(db, reconcile, make_server, make_guest):
    make_server(ssh_port=2222, addresses=ADDRESSES)
    make_guest()
    before = dataclasses.replace(db.server())
    writes = []
    db.before_write = lambda: writes.append(1)
    reconcile.everything()
    assert (writes, db.server()) == ([], before)


def test_what_happened_since_the_look_wins(db, driver, reconcile, make_server, make_guest):
    make_server(vm_state="active")
    make_guest(4)

    def started_meanwhile():
        db.before_write = lambda: None
        db.change(updated_at=db.now.replace(hour=1))

    db.before_write = started_meanwhile
    reconcile.server("s1")
    assert db.server().vm_state == "active"


def test_an_orphan_is_destroyed(db, driver, reconcile, make_server, make_guest):
    make_server(deleted=True, vm_state="deleted")
    make_guest()
    reconcile.everything()
    assert driver.existing == {}


def test_an_orphan_seen_by_its_event(db, driver, reconcile, make_server, make_guest):
    make_server(deleted=True, vm_state="deleted")
    make_guest()
    reconcile.server("s1")
    assert driver.existing == {}


def test_a_guest_without_a_row_is_reported_and_kept(caplog, driver, images, reconcile, make_guest):
    make_guest()
    reconcile.everything()
    assert "s1" in driver.existing
    assert "no server that the database knows" in caplog.text
    assert images.kept is None


def test_a_guest_of_another_hosts_server_is_kept(
    caplog, driver, reconcile, make_server, make_guest
):
    make_server(host="h2")
    make_guest()
    reconcile.everything()
    reconcile.server("s1")
    assert "s1" in driver.existing
    assert "its server is on host h2" in caplog.text


def test_a_guest_that_is_worked_on_is_no_orphan(driver, busy, reconcile, make_server, make_guest):
    make_server(deleted=True, vm_state="deleted")
    make_guest()
    busy.add("s1")
    reconcile.everything()
    assert "s1" in driver.existing


def test_a_delete_that_ended_between_two_looks(caplog, driver, reconcile, make_server, make_guest):
    make_server(deleted=True, vm_state="deleted")
    make_guest()
    looks = []

    def look():
        looks.append(1)
        if len(looks) == 2:
            driver.existing.clear()

    driver.during["guests"] = look
    caplog.set_level(logging.INFO)
    reconcile.everything()
    assert "destroy" not in driver.calls
    assert caplog.text == ""


def test_an_orphan_that_does_not_go_stops_nobody(
    driver, images, reconcile, make_server, make_guest
):
    make_server(deleted=True, vm_state="deleted")
    make_guest()
    driver.errors["destroy"] = DriverError("busy")
    reconcile.everything()
    assert "s1" in driver.existing
    assert images.kept is None


def test_a_hypervisor_that_does_not_tell(db, driver, reconcile, make_server):
    make_server()
    driver.errors["guest"] = DriverError("asleep")
    reconcile.everything()
    assert db.server().vm_state == "active"


def test_images_that_no_server_uses_go(images, reconcile, make_server, make_guest):
    make_server("s1", image_id="i1")
    make_server("s2", image_id="i2", deleted=True)
    make_server("s3", image_id="i3", host="h2")
    make_guest()
    reconcile.everything()
    assert images.kept == {"i1"}


def test_rounds_begin_with_everything_and_heed_events(
    db, driver, reconcile, make_server, make_guest
):
    make_server()
    make_guest()
    rounds = Rounds(reconcile, 30.0)
    rounds.start()
    make_guest(4)
    for _ in range(5):
        rounds.changed("s1")
    deadline = 400
    while db.server().vm_state == "active" and deadline:
        deadline -= 1
        rounds._stopped.wait(0.01)
    rounds.stop(5.0)
    assert db.server().vm_state == "stopped"
    assert driver.calls.count("guests") == 1


def test_the_guests_of_a_host_that_another_worker_has_are_left_alone(
    db, driver, images, make_server
):
    make_server()
    reconcile = Reconcile(db, driver, images, "h1", lambda _server_id: False, lambda: False)
    reconcile.everything()
    reconcile.server("s1")
    assert (driver.calls, db.server().vm_state) == ([], "active")
