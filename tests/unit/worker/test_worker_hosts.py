"""One worker a host, and its sign of life."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from computeapi.domain.errors import Conflict
from computeapi.worker.hosts import Heartbeat, HostLock


def test_a_second_worker_is_refused(tmp_path):
    first, second = HostLock(tmp_path / "state" / "lock"), HostLock(tmp_path / "state" / "lock")
    first.acquire()
    with pytest.raises(Conflict, match=f"Another worker \\(process {os.getpid()}\\)"):
        second.acquire()
    first.release()
    second.acquire()
    second.release()


def test_registration_and_signs_of_life(db, driver):
    heartbeat = Heartbeat(db, "h1", "nova", 30.0)
    heartbeat.start(driver.facts())
    host = db.host()
    assert (host.vcpus, host.hypervisor_hostname, host.enabled) == (8, "h1.example", True)
    assert host.started_at == host.seen_at == db.now
    with db.write() as tx:
        tx.hosts.report(replace(host, enabled=False))
    db.now += timedelta(seconds=9)
    heartbeat.beat()
    heartbeat.stop()
    host = db.host()
    assert host.seen_at - host.started_at == timedelta(seconds=9)
    assert not host.enabled


def test_signs_of_life_go_on_when_the_database_was_away(db, driver):
    heartbeat = Heartbeat(db, "h1", "nova", 0.01)
    heartbeat.start(driver.facts())
    failures = []

    def down():
        if len(failures) < 3:
            failures.append(1)
            raise OSError("down")

    db.before_write = down
    db.now += timedelta(seconds=9)
    for _ in range(500):
        if db.host().seen_at == db.now:
            break
        heartbeat._stopped.wait(0.01)
    heartbeat.stop()
    assert len(failures) == 3
    assert db.host().seen_at == db.now
