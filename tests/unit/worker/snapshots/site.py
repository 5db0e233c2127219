"""A host whose servers become images, and a worker that dies at any step."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from computeapi.domain.context import Context
from computeapi.domain.operations import Operation
from computeapi.domain.servers import PowerState
from computeapi.images.folder_snapshots import FolderSnapshots
from computeapi.virt.fake import FakeDriver
from computeapi.worker.leases import Lease
from computeapi.worker.operations import Operations

OWNER = Context("u1", "p1", "req-1")
DIRTY = "a file written before"
#: vm_state -> the power state of a guest in it
STATES = {
    "active": PowerState.RUNNING,
    "paused": PowerState.PAUSED,
    "stopped": PowerState.SHUTDOWN,
    "suspended": PowerState.SHUTDOWN,
}


@dataclass
class Site:
    """A host, and the store of its images."""

    driver: FakeDriver
    store: FolderSnapshots
    operations: Operations
    looks: list[Callable[[], None]]
    folder: Path


def queue(db, server_id, action, params) -> None:
    with db.write() as tx:
        server = tx.servers.get(server_id, lock=True)
        operation = Operation.of(action, server, "u1", "req-1", params=params)
        server.begin(action)
        tx.servers.save(server)
        tx.operations.expedite(server_id)
        tx.operations.add(operation)


def work(db, site) -> int:
    """Make the worker carry out all operations, and look after the rest; return its deaths."""
    died, tasks = 0, [lambda: carry_out(db, site), *site.looks]
    while tasks:
        try:
            tasks[0]()
            tasks.pop(0)
        except SystemExit:
            died += 1
            until = [o.lease_until for o in db.operations() if o.lease_until]
            db.now = max([db.now, *until])
    return died


def carry_out(db, site) -> None:
    while (operation := db.claim(host="h1")) is not None:
        site.operations.carry_out(Lease(operation, 30.0, 600.0, time.monotonic()))


def images_of(site) -> dict[str, str]:
    """Return the status of each image in the store."""
    names = {path.name.partition(".")[0] for path in site.store._folder.iterdir()}
    return {name: site.store.status(name) for name in names}


def check(db, points, site, server_id, vm_state, images) -> None:
    """Check the server, its images, and that nothing else is left of their making."""
    with points.calm():
        server = db.server(server_id)
        assert (server.vm_state, server.task_state, server.fault) == (vm_state, None, None)
        assert site.driver.guest(server_id).power_state == STATES[vm_state]
        assert images_of(site) == dict.fromkeys(images, "active")
        assert [path.name for path in site.store._folder.glob("*.part")] == []
        for image_id in images:
            assert DIRTY.encode() in (site.store._folder / f"{image_id}.qcow2").read_bytes()
        check_clean(db, site)


def check_clean(db, site) -> None:
    assert [path.name for path in (site.folder / "instances").iterdir()] == []
    with db.read() as tx:
        assert tx.unfinished_images.all() == []
    assert not [o for o in db.operations() if o.state in ("queued", "running")]


def empty(points, site) -> None:
    with points.calm():
        for image_id in images_of(site):
            site.store.remove(image_id)
