"""One worker a host, and its sign of life."""

import os
import shutil
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from computeapi.domain.errors import Conflict
from computeapi.domain.host_owners import HostOwner
from computeapi.domain.hosts import HostDetails
from computeapi.worker.hosts import Heartbeat, HostLock
from computeapi.worker.owners import identify

MINE = HostOwner("folder 1", "place 1", "worker 1")


@pytest.fixture
def start(db, driver):
    """Start the heartbeat of a worker; it is stopped at the end."""
    started = []

    def start(owner=MINE, interval=30.0, on_lost=lambda: None):
        heartbeat = Heartbeat(db, "h1", interval, 60.0, driver.uptime)
        heartbeat.start(driver.facts(), owner, on_lost)
        started.append(heartbeat)
        return heartbeat

    yield start
    for heartbeat in started:
        heartbeat.stop()


def owner(db):
    with db.write() as tx:
        return tx.hosts.owner("h1")


def disable(tx):
    (service,) = tx.services.list()
    tx.services.save(replace(service, host=replace(service.host, enabled=False)))


def leave(db, heartbeat):
    with db.write() as tx:
        return heartbeat.leave(tx)


def test_a_second_worker_is_refused(tmp_path):
    first, second = HostLock(tmp_path / "state" / "lock"), HostLock(tmp_path / "state" / "lock")
    first.acquire()
    with pytest.raises(Conflict, match=f"Another worker \\(process {os.getpid()}\\)"):
        second.acquire()
    first.release()
    second.acquire()
    second.release()


def test_registration_and_signs_of_life(db, start):
    heartbeat = start()
    host = db.host()
    assert (host.vcpus, host.hypervisor_hostname, host.enabled) == (8, "h1.example", True)
    assert host.started_at == host.seen_at == db.now
    assert owner(db) == MINE
    with db.write() as tx:
        disable(tx)
    db.now += timedelta(seconds=9)
    heartbeat.beat()
    host = db.host()
    assert host.seen_at - host.started_at == timedelta(seconds=9)
    assert not host.enabled


def test_the_facts_of_a_host_are_reported_without_a_zone(db, start, driver):
    heartbeat = start()
    with db.read() as tx:
        (hypervisor,) = tx.hypervisors.list()
    assert hypervisor.details == HostDetails(None, None, driver.uptime())
    with db.write() as tx:
        tx.hosts.set_zone("h1", "east")
    driver.uptime_text = "later"
    heartbeat.beat()
    with db.read() as tx:
        (hypervisor,) = tx.hypervisors.list()
    assert hypervisor.details.uptime == "later"
    assert db.host().availability_zone == "east"


def test_a_worker_whose_service_was_deleted_ends(db, start):
    lost = threading.Event()
    heartbeat = start(interval=0.05, on_lost=lost.set)
    with db.write() as tx:
        tx.hosts.remove("h1")
    assert lost.wait(30)
    assert not heartbeat.holds()
    assert db.host() is None


def test_a_restart_leaves_a_disabled_host_disabled(db, start):
    heartbeat = start()
    with db.write() as tx:
        disable(tx)
    leave(db, heartbeat)
    start()
    assert not db.host().enabled


def test_signs_of_life_go_on_when_the_database_was_away(db, start):
    beaten, failures = threading.Event(), []

    def down():
        if len(failures) == 3:
            beaten.set()
            return
        failures.append(1)
        raise OSError("down")

    heartbeat = start(interval=0.01)
    db.before_write = down
    db.now += timedelta(seconds=9)
    assert beaten.wait(30)
    heartbeat.stop()
    assert db.host().seen_at == db.now


@pytest.mark.parametrize("silent_for", [0, 59, 61, 10**6])
@pytest.mark.parametrize("stopped", [False, True])
def test_another_state_folder_never_gets_the_host(db, start, silent_for, stopped):
    heartbeat = start()
    if stopped:
        leave(db, heartbeat)
    before = (db.host(), owner(db))
    db.now += timedelta(seconds=silent_for)
    with pytest.raises(Conflict, match="belongs to the worker of another state folder"):
        start(HostOwner("folder 2", "place 2", "worker 2"))
    assert (db.host(), owner(db)) == before


@pytest.mark.parametrize(("silent_for", "is_refused"), [(0, True), (60, True), (61, False)])
def test_a_copy_gets_the_host_of_a_worker_that_died_long_ago(db, start, silent_for, is_refused):
    start()
    copy = HostOwner(MINE.folder, "place 2", "worker 2")
    db.now += timedelta(seconds=silent_for)
    if is_refused:
        with pytest.raises(Conflict, match=f"itself {silent_for} seconds ago"):
            start(copy)
        assert owner(db) == MINE
    else:
        start(copy)
        assert owner(db) == copy


def test_a_folder_that_moved_when_its_worker_had_stopped(db, start):
    leave(db, start())
    moved = HostOwner(MINE.folder, "place 2", "worker 2")
    start(moved)
    assert owner(db) == moved


def test_a_killed_worker_is_followed_at_once(db, start):
    start()
    successor = replace(MINE, worker="worker 2")
    start(successor)
    assert owner(db) == successor


def test_a_worker_that_lost_its_host_learns_of_it(db, start):
    lost = threading.Event()
    heartbeat = start(interval=0.01, on_lost=lost.set)
    assert heartbeat.holds()
    with db.write() as tx:
        tx.hosts.set_owner("h1", replace(MINE, worker="worker 2"))
    seen = db.host().seen_at
    db.now += timedelta(seconds=9)
    assert lost.wait(30)
    assert not heartbeat.holds()
    assert db.host().seen_at == seen
    assert not leave(db, heartbeat)
    assert owner(db).worker == "worker 2"


def test_a_worker_without_signs_of_life_holds_its_host_no_longer_than_others_believe(db, driver):
    heartbeat = Heartbeat(db, "h1", 30.0, 0.0, driver.uptime)
    heartbeat.start(driver.facts(), MINE, lambda: None)
    assert not heartbeat.holds()
    heartbeat.stop()


def test_a_state_folder_is_known_by_its_id(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    one, again, other = identify(first), identify(first), identify(second)
    assert one.folder == again.folder != other.folder
    assert one.place == again.place != other.place
    assert one.worker != again.worker
    shutil.copytree(first, tmp_path / "copy")
    copy = identify(tmp_path / "copy")
    assert copy.folder == one.folder
    assert copy.place != one.place
    first.rename(tmp_path / "moved")
    assert identify(tmp_path / "moved").place == one.place


def test_a_file_without_an_id_is_not_overwritten(tmp_path):
    (tmp_path / "host-id").write_text("nonsense")
    with pytest.raises(Conflict, match="does not hold the id"):
        identify(tmp_path)
    assert (tmp_path / "host-id").read_text() == "nonsense"
