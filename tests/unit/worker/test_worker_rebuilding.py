"""Rebuilds: every death of the worker, at every step, and every failure."""

import itertools
import os
import time
import uuid

import pytest

from computeapi import conf as options
from computeapi.db import engine
from computeapi.domain.errors import ImageUnreachable, NotFound
from computeapi.domain.operations import Operation
from computeapi.domain.servers import PowerState, actions
from computeapi.domain.servers.rebuilding import image_facts
from computeapi.virt.driver import GuestSpec
from computeapi.virt.fake import FakeDriver
from computeapi.virt.fake_records import Records
from computeapi.worker.leases import Lease
from computeapi.worker.operations import Limits, Operations
from computeapi.worker.reconcile import Reconcile
from computeapi.worker.servers import Servers
from tests.unit.worker.deaths import Points, every_death

DIRTY = "a file written before"
STATES = ("active", "stopped", "error")
NEW_PROPERTIES = {"hw_disk_bus": "scsi"}


@pytest.fixture(autouse=True)
def _unsafe(monkeypatch) -> None:
    """Spare the disk: workers die here, but the machine does not."""
    fast = [line.replace("= FULL", "= OFF") for line in engine._SQLITE_SETTINGS]
    monkeypatch.setattr(engine, "_SQLITE_SETTINGS", fast)
    monkeypatch.setattr(os, "fsync", lambda _file: None)


@pytest.fixture
def points(_unsafe, db, monkeypatch) -> Points:
    points = Points()
    db.before_write = points.pass_one
    for name in ("write", "remove"):
        monkeypatch.setattr(Records, name, points.watch(getattr(Records, name)))
    return points


class Site:
    """A host with a hypervisor, images and a worker."""

    def __init__(self, db, images, folder) -> None:
        conf = options.load()
        conf.set_override("state_path", str(folder))
        self._db = db
        self._images = images
        self.driver = FakeDriver(conf)
        drives = []
        self.drives = drives

        def config_drive(server):
            drives.append(server.admin_password)
            return {}

        servers = Servers(self.driver, images, config_drive, None, None, 5.0)
        self.operations = Operations(db, servers, "h1", Limits(), lambda _host: None)

    def accept(self, action, server_id, change=lambda server: None, **params) -> None:
        """Accept an action, as the API does."""
        with self._db.write() as tx:
            server = tx.servers.get(server_id, lock=True)
            operation = Operation.of(action, server, "u1", "req-1", params=params)
            change(server)
            server.begin(action)
            tx.servers.save(server)
            tx.claims.keep(server_id, server.claims)
            tx.operations.expedite(server_id)
            tx.operations.add(operation)

    def rebuild(self, server_id, image_gb=0, preserve_ephemeral=False) -> None:
        """Accept a rebuild."""
        before = image_facts(self._db.server(server_id))
        params = {"image_gb": image_gb, "preserve_ephemeral": preserve_ephemeral}

        def change(server) -> None:
            server.image_id, server.image_properties = "i2", NEW_PROPERTIES
            server.image_gb = max(server.image_gb, image_gb)
            server.admin_password = "secret"

        self.accept(actions.REBUILD, server_id, change, before=before, **params)

    def work(self) -> int:
        """Let the worker carry out what there is; return how often it died meanwhile."""
        died = 0
        while True:
            try:
                operation = self._db.claim()
                if operation is None:
                    return died
                self.operations.carry_out(Lease(operation, 30.0, 600.0, time.monotonic()))
            except SystemExit:
                died += 1
                until = [o.lease_until for o in self._db.operations() if o.lease_until]
                self._db.now = max([self._db.now, *until])

    def record(self, server_id):
        return self.driver._records.read(server_id)

    def reconcile(self) -> None:
        """Compare the guests with the servers, as a worker does at times."""
        driver, images = self.driver, self._images
        Reconcile(self._db, driver, images, "h1", lambda _server: False, lambda: True).everything()


@pytest.fixture
def site(db, images, tmp_path) -> Site:
    return Site(db, images, tmp_path)


@pytest.fixture
def prepare(points, site, make_server):
    """A function that makes a server with a guest, without a death."""
    numbers = itertools.count(1)

    def prepare(state="active", **fields) -> str:
        fatal, points.fatal = points.fatal, None
        server_id = str(uuid.UUID(int=next(numbers)))
        make_server(server_id, vm_state=state, **fields)
        name, ephemeral_gb = f"instance-{server_id}", fields.get("ephemeral_gb", 0)
        site.driver.spawn(GuestSpec(server_id, name, 1, 512, 1, ephemeral_gb), lambda: None)
        record = site.record(server_id)
        site.driver._records.write(record | {"console": record["console"] + DIRTY})
        if state == "stopped":
            site.driver.power_off(server_id, 0, lambda: None)
        points.fatal = fatal
        return server_id

    return prepare


def check_rebuilt(db, site, server_id, state) -> None:
    """Check that a server has one guest with a new disk, and nothing else has changed."""
    server, record = db.server(server_id), site.record(server_id)
    stopped = state == "stopped"
    assert (server.vm_state, server.task_state) == ("stopped" if stopped else "active", None)
    assert server.power_state == (PowerState.SHUTDOWN if stopped else PowerState.RUNNING)
    assert record["power_state"] == server.power_state
    assert (server.image_id, server.image_properties) == ("i2", NEW_PROPERTIES)
    assert record["image"] == "i2"
    assert DIRTY not in record["console"]
    assert (server.fault, server.admin_password, server.personality) == (None, None, [])
    assert set(site.drives) == {"secret"}
    with db.read() as tx:
        assert tx.operations.unfinished(server_id) == []
        assert tx.claims.of_server(server_id) == server.claims


@pytest.mark.parametrize("state", STATES)
def test_a_rebuild_ends_whenever_the_worker_dies(db, points, site, prepare, state):
    def play() -> int:
        server_id = prepare(state)
        fatal, points.fatal = points.fatal, None
        site.rebuild(server_id)
        points.passed, points.fatal = 0, fatal
        died = site.work()
        check_rebuilt(db, site, server_id, state)
        return died

    every_death(points, play, least=4)


@pytest.mark.parametrize("failing", ["replace", "power_on", "fetch"])
def test_a_rebuild_that_fails_leaves_an_error(db, points, site, images, prepare, failing):
    if failing == "fetch":
        images.error = NotFound("Image i2 could not be found.")
    site.driver.control(fail=[failing])

    def play() -> int:
        server_id = prepare()
        fatal, points.fatal = points.fatal, None
        site.rebuild(server_id)
        points.passed, points.fatal = 0, fatal
        died = site.work()
        server = db.server(server_id)
        assert (server.vm_state, server.task_state) == ("error", None)
        assert server.admin_password is None
        operation = next(o for o in db.operations() if o.server_id == server_id)
        assert (operation.state, operation.message) == ("failed", server.fault.message)
        if failing == "fetch":
            # Nothing was touched: a hard reboot brings the server back.
            assert server.fault.message == "Image i2 could not be found."
            assert (server.image_id, server.image_properties) == ("i1", {})
            assert DIRTY in site.record(server_id)["console"]
            assert site.record(server_id)["power_state"] == PowerState.RUNNING
        else:
            assert server.image_id == "i2"
        return died

    every_death(points, play, least=4)


@pytest.mark.parametrize("state", STATES)
def test_a_server_is_deleted_while_it_is_rebuilt(db, points, site, prepare, state):
    """The delete is accepted at each point; at every second one, the worker dies at the next."""

    def play(moment: int | None) -> None:
        server_id = prepare(state)
        site.rebuild(server_id)
        points.passed = 0
        deletes = [lambda: site.accept(actions.DELETE, server_id)]

        def pass_one() -> None:
            if points.passed == moment and deletes:
                delete = deletes.pop()
                points.before = None
                delete()
                points.fatal = points.passed + 1 if moment % 2 else None

        points.before = pass_one
        site.work()
        points.before, points.fatal, passed = None, None, points.passed
        if deletes:
            site.accept(actions.DELETE, server_id)
        site.work()
        assert db.server(server_id).deleted
        assert server_id not in site.driver.guests()
        with db.read() as tx:
            assert tx.claims.of_server(server_id) == []
            assert tx.operations.unfinished(server_id) == []
        points.passed = passed

    play(None)
    for moment in range(1, points.passed + 1):
        play(moment)


def test_an_image_service_that_does_not_answer_delays_a_rebuild(db, site, images, prepare):
    server_id = prepare()
    site.rebuild(server_id)
    images.error = ImageUnreachable("no answer")
    site.work()
    operation = db.operation()
    assert (operation.state, operation.stage) == ("queued", "fetch")
    assert DIRTY in site.record(server_id)["console"]
    # Its disk may still need the image that it had before.
    site.reconcile()
    assert images.kept is None
    images.error, db.now = None, operation.not_before
    site.work()
    check_rebuilt(db, site, server_id, "active")
    site.reconcile()
    assert images.kept == {"i2"}


def test_a_guest_that_is_gone_is_made(db, site, prepare):
    server_id = prepare("error")
    site.driver.lose(server_id)
    site.rebuild(server_id)
    site.work()
    check_rebuilt(db, site, server_id, "error")


@pytest.mark.parametrize("preserve", [True, False])
def test_the_ephemeral_disk_stays_when_asked(db, site, prepare, preserve):
    server_id = prepare(ephemeral_gb=1)
    before = site.record(server_id)["ephemeral"]
    site.rebuild(server_id, preserve_ephemeral=preserve)
    site.work()
    check_rebuilt(db, site, server_id, "active")
    assert (site.record(server_id)["ephemeral"] == before) is preserve


@pytest.mark.parametrize(("before", "after"), [(3, 1), (1, 3)])
def test_a_root_disk_as_large_as_its_image_counts_as_large_as_that(
    db, site, prepare, before, after
):
    server_id = prepare(disk_gb=0, image_gb=before)
    site.rebuild(server_id, image_gb=after)
    with db.read() as tx:
        assert tx.hosts.usage_of("h1").disk_gb == 3
    site.work()
    assert db.server(server_id).image_gb == after
    with db.read() as tx:
        assert tx.hosts.usage_of("h1").disk_gb == after


def test_an_image_that_is_larger_than_it_said_is_refused(db, site, images, prepare):
    images.virtual_size = 2 * 1024**3
    server_id = prepare(disk_gb=0, image_gb=3)
    site.rebuild(server_id, image_gb=1)
    site.work()
    server = db.server(server_id)
    assert (server.vm_state, server.image_id) == ("error", "i1")
    assert "holds a disk of 2 GiB" in server.fault.message
    assert server.image_gb == 3
