"""Two hosts whose servers are shelved, and workers that die at any step."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from computeapi import conf as options
from computeapi.domain.claims import Claim
from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound
from computeapi.domain.hosts import Usage
from computeapi.domain.operations import Operation
from computeapi.domain.servers import PowerState, Server
from computeapi.domain.servers.actions import Action
from computeapi.images.folder_snapshots import FolderSnapshots
from computeapi.ports.images import CachedImage
from computeapi.virt.fake import FakeDriver
from computeapi.worker.leases import Lease
from computeapi.worker.operations import Limits, Operations
from computeapi.worker.servers import Servers
from computeapi.worker.shelved_images import ShelvedImages
from computeapi.worker.transfers import Transfers
from computeapi.worker.unfinished_images import UnfinishedImages
from computeapi.worker.uploads import Uploads

OWNER = Context("u1", "p1", "req-1")
DIRTY = "a file written before"
ONE = Usage(1, 1, 512, 1)
#: vm_state -> the power state of a guest in it
STATES = {
    "active": PowerState.RUNNING,
    "paused": PowerState.PAUSED,
    "stopped": PowerState.SHUTDOWN,
    "suspended": PowerState.SHUTDOWN,
}


class Images:
    """A cache that hands out the files of the store."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, image_id, checkpoint):
        checkpoint()
        path = self._folder / f"{image_id}.qcow2"
        if not path.exists():
            raise NotFound(f"Image {image_id} could not be found.")
        return CachedImage(path, "qcow2", 1024**3)

    def prune(self, keep):
        return []


@dataclass
class Site:
    """A host: its hypervisor, and what its worker does."""

    driver: FakeDriver
    operations: Operations
    looks: list[Callable[[], None]]
    folder: Path


@dataclass
class Cloud:
    """Two hosts, and the store of images."""

    sites: dict[str, Site]
    store: FolderSnapshots
    images: Path


def make_site(db, store: FolderSnapshots, images: Path, state: Path) -> Site:
    (state / "instances").mkdir(parents=True)
    conf = options.load()
    conf.set_override("state_path", str(state))
    driver = FakeDriver(conf)
    transfers = Transfers(state / "instances", None)
    uploads = Uploads(driver, store, state / "instances")
    servers = Servers(driver, Images(images), lambda server: {}, transfers, uploads, 5.0)
    operations = Operations(db, servers, state.name, Limits(), lambda _host: None)

    def is_under_way(server_id: str, operation_id: int) -> bool:
        with db.read() as tx:
            return any(o.id == operation_id for o in tx.operations.unfinished(server_id))

    looks = [
        lambda: transfers.sweep(is_under_way),
        UnfinishedImages(db, store, lambda: True).look,
        ShelvedImages(db, store, 1.0).look,
    ]
    return Site(driver, operations, looks, state)


def accept(db, server_id: str, action: Action, change=lambda tx, server: None, **params) -> None:
    with db.write() as tx:
        server = tx.servers.get(server_id, lock=True)
        change(tx, server)
        operation = Operation.of(action, server, "u1", "req-1", params=params)
        server.begin(action)
        tx.servers.save(server)
        tx.claims.keep(server_id, server.claims)
        tx.operations.expedite(server_id)
        tx.operations.add(operation)


def work(db, cloud: Cloud) -> int:
    """Make the workers carry out all operations, and look after the rest; return their deaths."""
    died = 0
    tasks = [
        lambda: carry_out(db, cloud),
        *(look for site in cloud.sites.values() for look in site.looks),
    ]
    while tasks:
        try:
            tasks[0]()
            tasks.pop(0)
        except SystemExit:
            died += 1
            until = [o.lease_until for o in db.operations() if o.lease_until]
            db.now = max([db.now, *until])
    return died


def carry_out(db, cloud: Cloud) -> None:
    for name, site in cloud.sites.items():
        while (operation := db.claim(host=name)) is not None:
            site.operations.carry_out(Lease(operation, 30.0, 600.0, time.monotonic()))


def images_of(cloud: Cloud) -> dict[str, str | None]:
    """Return the status of each image in the store."""
    names = {path.name.partition(".")[0] for path in cloud.images.iterdir()}
    return {name: cloud.store.status(name) for name in names}


def check(db, points, cloud, server_id, *, vm_state, host, image_id=None, kept=True) -> Server:
    """Check that there is one guest, one claim and one image, or none, where they should be.

    :param kept: whether the guest has what its user wrote.
    """
    with points.calm():
        server = db.server(server_id)
        state = (server.vm_state, server.task_state, server.fault, server.host)
        assert state == (vm_state, None, None, host)
        assert server.shelved_image_id == image_id
        assert (server.shelved_at is None) is (image_id is None)
        for name, site in cloud.sites.items():
            found = site.driver.guests().get(server_id)
            assert (found is not None) is (name == host)
            if found is not None:
                assert (DIRTY in site.driver._records.read(server_id)["console"]) is kept
                assert found.power_state == server.power_state
        claims = [Claim.of(server_id, host, ONE)] if host else []
        check_clean(db, cloud, server_id, claims, image_id)
        with db.read() as tx:
            # Those of other plays count as well: one server each.
            assert tx.servers.usage("p1").instances == len([s for s in db.servers()])
        return server


def check_clean(db, cloud: Cloud, server_id: str, claims: list[Claim], image_id) -> None:
    assert images_of(cloud) == ({image_id: "active"} if image_id else {})
    left = [path.name for s in cloud.sites.values() for path in (s.folder / "instances").iterdir()]
    assert left == []
    with db.read() as tx:
        assert tx.unfinished_images.all() == []
        assert tx.shelved_images.unneeded() == []
        assert tx.operations.unfinished(server_id) == []
        assert tx.claims.of_server(server_id) == claims
