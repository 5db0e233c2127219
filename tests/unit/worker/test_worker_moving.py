"""Resizes on one host and between two: every death of either worker, at every step."""

import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from computeapi import conf as options
from computeapi.db import engine
from computeapi.domain.hosts import Host, Usage
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Move, PowerState, Server, Size, actions
from computeapi.images.folder_transfers import FolderTransfers
from computeapi.virt.driver import GuestSpec
from computeapi.virt.fake import FakeDriver
from computeapi.virt.fake_records import Records
from computeapi.worker.leases import Lease
from computeapi.worker.moves import Moves
from computeapi.worker.operations import Limits, Operations
from computeapi.worker.servers import Servers
from computeapi.worker.transfers import Transfers

OLD = Size("1", 1, 512, 1, 0, 0)
NEW = Size("2", 2, 2048, 3, 0, 0)
DIRTY = "a file written before"
STORAGES = ("one host", "shared storage", "two hosts")
#: The storage, and whether the server is stopped.
OFF_OR_ON = [*((storage, False) for storage in STORAGES), ("two hosts", True)]


class Points:
    """The points at which a worker may die: before each change that it makes.

    The point after one change is the point before the next one.

    :ivar fatal: the number of the point at which it dies; None for none.
    :ivar before: called at each point, before the death.
    """

    def __init__(self) -> None:
        self.passed, self.fatal = 0, None
        self.before: Callable[[], None] | None = None

    def pass_one(self) -> None:
        self.passed += 1
        if self.before is not None:
            self.before()
        if self.passed == self.fatal:
            raise SystemExit

    def watch(self, method: Callable) -> Callable:
        def watched(*arguments, **named):
            self.pass_one()
            return method(*arguments, **named)

        return watched


@dataclass
class Site:
    """A host: its hypervisor, and what its worker does."""

    driver: FakeDriver
    operations: Operations
    moves: Moves
    folder: Path


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
    for kind, names in (
        (Records, ("write", "remove")),
        (FolderTransfers, ("put", "take", "remove")),
        (Transfers, ("announce", "clear")),
    ):
        for name in names:
            monkeypatch.setattr(kind, name, points.watch(getattr(kind, name)))
    return points


@pytest.fixture
def make_sites(db, tmp_path) -> Iterator[Callable[[str], dict[str, Site]]]:
    """A function that makes two hosts; they may share the folders of their guests."""

    def make(storage: str, window: float = 0.0) -> dict[str, Site]:
        store = FolderTransfers(tmp_path / "store")
        (tmp_path / "store").mkdir()
        sites = {}
        for name in ("h1", "h2"):
            state = tmp_path / name
            state.mkdir()
            if name == "h2" and storage == "shared storage":
                for shared in ("instances", "fake"):
                    (state / shared).symlink_to(tmp_path / "h1" / shared)
            (state / "instances").mkdir(exist_ok=True)
            conf = options.load()
            conf.set_override("state_path", str(state))
            driver = FakeDriver(conf)
            transfers = Transfers(state / "instances", store)
            servers = Servers(driver, None, lambda server: {}, transfers, 5.0)
            operations = Operations(db, servers, name, Limits(), lambda _host: None)
            moves = Moves(db, transfers, name, window, lambda _host: None, lambda: True)
            sites[name] = Site(driver, operations, moves, state)
        return sites

    return make


@pytest.fixture
def make_moving(db, make_server) -> Callable[..., str]:
    """A function that accepts the resize of a server with a guest, as the API does."""
    count = 0

    def make(sites: dict[str, Site], storage: str, off: bool = False) -> str:
        nonlocal count
        count += 1
        server_id = str(uuid.UUID(int=count))
        vm_state = "stopped" if off else "active"
        make_server(server_id, vm_state=vm_state)
        driver = sites["h1"].driver
        driver.spawn(GuestSpec(server_id, f"instance-{server_id}", 1, 512, 1), lambda: None)
        mark(driver, server_id)
        if off:
            driver.power_off(server_id, 0, lambda: None)
        target = "h1" if storage == "one host" else "h2"
        with db.write() as tx:
            for name in ("h1", "h2"):
                sizes = (8, 8192, 100)
                tx.hosts.report(Host(name, "nova", name, "fake", 1, *sizes, True, db.now, db.now))
        move = Move(f"token-{count}", "h1", "nova", target, "nova", OLD, NEW, vm_state)

        def begin(server: Server) -> None:
            server.begin_move(move)

        accept(db, server_id, actions.RESIZE, target, begin)
        return server_id

    return make


def mark(driver: FakeDriver, server_id: str) -> None:
    """Write to a guest's disk, as its user does: the fake driver keeps the console alone."""
    record = driver._records.read(server_id)
    driver._records.write(record | {"console": record["console"] + DIRTY})


def accept(db, server_id, action, target, change=lambda server: None) -> None:
    with db.write() as tx:
        server = tx.servers.get(server_id, lock=True)
        operation = Operation.of(action, server, "u1", "req-1", target_host=target)
        change(server)
        server.begin(action)
        tx.servers.save(server)
        tx.claims.keep(server_id, server.claims)
        tx.operations.expedite(server_id)
        tx.operations.add(operation)


def work(db, sites: dict[str, Site]) -> int:
    """Let the workers carry out what there is; return how many of them died meanwhile."""
    died = idle = 0
    while idle < 2:
        idle = 0
        for name, site in sites.items():
            try:
                operation = db.claim(host=name)
                if operation is None:
                    idle += 1
                    continue
                site.operations.carry_out(Lease(operation, 30.0, 600.0, time.monotonic()))
            except SystemExit:
                died += 1
                until = [o.lease_until for o in db.operations() if o.lease_until]
                db.now = max([db.now, *until])
    return died


def look(db, sites: dict[str, Site]) -> int:
    """Let the workers take their regular look; return how many of them died meanwhile."""
    died = 0
    for site in sites.values():
        try:
            site.moves.look()
        except SystemExit:
            died += 1
            site.moves.look()
    return died


def check(db, sites: dict[str, Site], server_id: str, host: str | None, size: Size) -> None:
    """Check that there is one guest, where it should be, and nothing else of the server."""
    with db.read() as tx:
        assert tx.operations.unfinished(server_id) == []
        claims = tx.claims.of_server(server_id)
    left = [path.name for s in sites.values() for path in (s.folder / "instances").iterdir()]
    assert left == []
    assert list((sites["h1"].folder.parent / "store" / "transfers").glob("*")) == []
    guests = {name: site.driver.guests().get(server_id) for name, site in sites.items()}
    if host is None:
        assert set(guests.values()) == {None}
        assert claims == []
        return
    server = db.server(server_id)
    assert (server.host, server.size, server.task_state) == (host, size, None)
    assert (server.reserved_vcpus, server.reserved_memory_mb) == (0, 0)
    assert claims == server.claims
    assert [(claim.host, claim.vcpus, claim.memory_mb) for claim in claims] == [
        (host, size.vcpus, size.memory_mb)
    ]
    record = sites[host].driver._records.read(server_id)
    assert DIRTY in record["console"]
    assert (record["vcpus"], record["memory_mb"]) == (size.vcpus, size.memory_mb)
    others = [name for name in guests if name != host]
    if sites[others[0]].driver.guests() != sites[host].driver.guests():
        assert guests[others[0]] is None
    assert not any(site.driver._parked.holds(server_id) for site in sites.values())


def every_death(points: Points, play: Callable[[], int]) -> None:
    """Play a scenario again and again, with a death at each of its points.

    :param play: plays it, and returns how many workers died.
    """
    points.passed, points.fatal = 0, None
    assert play() == 0
    count = points.passed
    assert count > 10
    for number in range(1, count + 1):
        points.passed, points.fatal = 0, number
        assert play() == 1, f"no death at point {number} of {count}"
    points.fatal = None


def start_counting(points: Points) -> None:
    """Count the points from here on: what was before is no worker's doing."""
    points.passed = 0


@pytest.fixture(params=STORAGES)
def storage(request) -> str:
    return request.param


def target_of(storage: str) -> str:
    return "h1" if storage == "one host" else "h2"


@pytest.fixture
def prepare(points, make_moving):
    """A function that accepts a resize without a death."""

    def prepare(sites, storage, **more):
        fatal, points.fatal = points.fatal, None
        server_id = make_moving(sites, storage, **more)
        points.fatal = fatal
        start_counting(points)
        return server_id

    return prepare


@pytest.fixture
def calmly(points):
    """A function that calls another one without a death, and without counting points."""

    def calmly(call):
        fatal, passed, points.fatal = points.fatal, points.passed, None
        result = call()
        points.fatal, points.passed = fatal, passed
        return result

    return calmly


@pytest.mark.parametrize(("storage", "off"), OFF_OR_ON)
def test_a_resize_that_is_confirmed(db, points, make_sites, prepare, calmly, storage, off):
    sites, target = make_sites(storage), target_of(storage)

    def play():
        server_id = prepare(sites, storage, off=off)
        died = work(db, sites)
        server = db.server(server_id)
        assert (server.vm_state, server.task_state) == ("resized", None)
        assert server.power_state == (PowerState.SHUTDOWN if off else PowerState.RUNNING)
        with db.read() as tx:
            assert tx.claims.of_server(server_id) == server.claims
        calmly(lambda: accept(db, server_id, actions.CONFIRM_RESIZE, "h1"))
        died += work(db, sites) + look(db, sites)
        assert db.server(server_id).vm_state == ("stopped" if off else "active")
        check(db, sites, server_id, target, NEW)
        return died

    every_death(points, play)


@pytest.mark.parametrize(("storage", "off"), OFF_OR_ON)
def test_a_resize_that_is_reverted(db, points, make_sites, prepare, calmly, storage, off):
    sites = make_sites(storage)

    def play():
        server_id = prepare(sites, storage, off=off)
        died = work(db, sites)
        calmly(lambda: accept(db, server_id, actions.REVERT_RESIZE, "h1"))
        died += work(db, sites) + look(db, sites)
        server = db.server(server_id)
        assert (server.vm_state, server.power_state) == (
            ("stopped", PowerState.SHUTDOWN) if off else ("active", PowerState.RUNNING)
        )
        check(db, sites, server_id, "h1", OLD)
        return died

    every_death(points, play)


def cases_of_failure() -> list[tuple[str, str, str]]:
    """Return the storage, the host and the method of the hypervisor that fails."""
    cases = [(storage, "h1", "park") for storage in STORAGES]
    cases += [(storage, target_of(storage), "rebuild") for storage in STORAGES]
    cases += [(storage, "h1", "pack") for storage in STORAGES if storage != "one host"]
    return [*cases, ("two hosts", "h2", "power_on")]


@pytest.mark.parametrize(("storage", "host", "failing"), cases_of_failure())
def test_a_resize_that_fails(db, points, make_sites, prepare, storage, host, failing):
    sites = make_sites(storage)
    sites[host].driver.control(fail=[failing])

    def play():
        server_id = prepare(sites, storage)
        died = work(db, sites) + look(db, sites)
        operation = next(o for o in db.operations() if o.server_id == server_id)
        reason = "the hypervisor could not do it"
        assert (operation.state, operation.message) == ("failed", f"The resize failed: {reason}.")
        server = db.server(server_id)
        assert (server.vm_state, server.power_state) == ("active", PowerState.RUNNING)
        assert (server.fault, server.move) == (None, None)
        check(db, sites, server_id, "h1", OLD)
        return died

    every_death(points, play)


@pytest.mark.parametrize(
    ("storage", "ending"),
    [
        *((storage, None) for storage in STORAGES),
        ("two hosts", actions.CONFIRM_RESIZE),
        ("two hosts", actions.REVERT_RESIZE),
    ],
)
def test_a_resize_that_is_deleted(db, points, make_sites, prepare, calmly, storage, ending):
    """The delete is accepted at each point; at every second one, the worker dies at the next."""
    sites = make_sites(storage)

    def play(moment: int | None) -> None:
        server_id = prepare(sites, storage)
        if ending is not None:
            calmly(lambda: work(db, sites))
            calmly(lambda: accept(db, server_id, ending, "h1"))
        deletes = [lambda: accept(db, server_id, actions.DELETE, None)]

        def pass_one() -> None:
            if points.passed == moment and deletes:
                delete = deletes.pop()
                calmly(delete)
                points.fatal = moment + 1 if moment % 2 else None

        points.before = pass_one
        work(db, sites)
        points.before, points.fatal = None, None
        count = points.passed
        if deletes:
            accept(db, server_id, actions.DELETE, None)
        work(db, sites)
        look(db, sites)
        assert db.server(server_id).deleted
        check(db, sites, server_id, None, OLD)
        points.passed = count

    play(None)
    for moment in range(1, points.passed + 1):
        play(moment)


def test_a_resize_that_cannot_be_undone_is_an_error_that_counts_on_both_hosts(
    db, points, make_sites, prepare
):
    sites = make_sites("two hosts")
    sites["h2"].driver.control(fail=["rebuild", "discard"])
    server_id = prepare(sites, "two hosts")
    work(db, sites)
    server = db.server(server_id)
    assert (server.vm_state, server.fault.code) == ("error", 500)
    with db.read() as tx:
        assert tx.hosts.usage_of("h1") == OLD.usage
        assert tx.hosts.usage_of("h2") == NEW.usage
    sites["h2"].driver.control(fail=[])
    accept(db, server_id, actions.DELETE, None)
    work(db, sites)
    look(db, sites)
    check(db, sites, server_id, None, OLD)


def test_both_sizes_count_until_a_resize_is_confirmed(db, make_sites, prepare, storage):
    sites, target = make_sites(storage), target_of(storage)
    server_id = prepare(sites, storage)

    def counted():
        with db.read() as tx:
            return tx.servers.usage("p1"), tx.hosts.usage_of("h1"), tx.hosts.usage_of("h2")

    larger = Usage(1, 2, 2048, 1)
    one = Usage(1, 2, 2048, 4)
    hosts = (one, Usage()) if storage == "one host" else (OLD.usage, NEW.usage)
    assert counted() == (larger, *hosts)
    work(db, sites)
    assert counted() == (NEW.usage, *hosts)
    accept(db, server_id, actions.CONFIRM_RESIZE, "h1")
    work(db, sites)
    after = {"h1": Usage(), "h2": Usage()} | {target: NEW.usage}
    assert counted() == (NEW.usage, after["h1"], after["h2"])


def test_a_hypervisor_that_does_not_answer_delays_a_resize(db, make_sites, prepare):
    sites = make_sites("two hosts")
    sites["h2"].driver.control(unreachable=["rebuild"])
    server_id = prepare(sites, "two hosts")
    work(db, sites)
    operation = db.operation()
    assert (operation.state, operation.stage, operation.host) == ("queued", "unpack", "h2")
    sites["h2"].driver.control(unreachable=[])
    db.now = operation.not_before
    work(db, sites)
    assert db.server(server_id).vm_state == "resized"


@pytest.mark.parametrize(("window", "confirmed"), [(0.0, False), (59.0, True), (61.0, False)])
def test_a_resize_is_confirmed_after_a_time(db, make_sites, prepare, window, confirmed):
    sites = make_sites("two hosts", window)
    server_id = prepare(sites, "two hosts")
    work(db, sites)
    look(db, sites)
    assert db.server(server_id).task_state is None
    db.now += timedelta(seconds=60)
    look(db, sites)
    look(db, sites)
    assert (db.server(server_id).task_state == "resize_confirming") is confirmed
    work(db, sites)
    assert db.server(server_id).vm_state == ("active" if confirmed else "resized")
    assert [o.action for o in db.operations()] == ["resize", "confirmResize"][: 1 + confirmed]


def test_a_stranger_at_the_target_is_not_taken_for_the_guest(db, make_sites, prepare):
    sites = make_sites("two hosts")
    server_id = prepare(sites, "two hosts")
    spec = GuestSpec(server_id, "stranger", 1, 64, 1)
    sites["h2"].driver.spawn(spec, lambda: None)
    work(db, sites)
    assert db.operation().state == "failed"
    assert sites["h2"].driver.guest(server_id).power_state == PowerState.RUNNING
    assert sites["h1"].driver.guest(server_id).power_state == PowerState.RUNNING
