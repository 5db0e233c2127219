import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from computeapi import conf as options
from computeapi.domain.hosts import Host
from computeapi.domain.migrations import Migration, MigrationType
from computeapi.domain.servers import Move, Server, actions
from computeapi.domain.servers.actions import Action
from computeapi.domain.volumes import Connector
from computeapi.images.folder_snapshots import FolderSnapshots
from computeapi.images.folder_transfers import FolderTransfers
from computeapi.ports.images import CachedImage
from computeapi.virt.driver import GuestSpec
from computeapi.virt.fake import FakeDriver
from computeapi.virt.fake_records import Records
from computeapi.virt.volume_disks import Mounts
from computeapi.worker.block_devices import BlockDevices
from computeapi.worker.evacuations import EvacuationMarks, Evacuations
from computeapi.worker.moves import Moves
from computeapi.worker.operations import Limits, Operations
from computeapi.worker.servers import Servers
from computeapi.worker.servers.with_volumes import WithVolumes, with_volumes
from computeapi.worker.transfers import Transfers
from computeapi.worker.uploads import Uploads
from tests.unit.worker.deaths import Points
from tests.unit.worker.moves.sites import NEW, OLD, STORAGES, Site, accept, mark

KINDS = {
    "resize": MigrationType.RESIZE,
    "migrate": MigrationType.MIGRATION,
    "evacuate": MigrationType.EVACUATION,
    "live-migration": MigrationType.LIVE_MIGRATION,
}


class Images:
    """A cache that has every image."""

    def get(self, image_id, checkpoint):
        return CachedImage(Path("/cache") / image_id, "qcow2", 0)


@pytest.fixture
def points(db, monkeypatch) -> Points:
    points = Points()
    db.before_write = points.pass_one
    for kind, names in (
        (Records, ("write", "remove")),
        (FolderTransfers, ("put", "take", "remove")),
        (Transfers, ("announce", "clear")),
        (EvacuationMarks, ("decide", "remove")),
    ):
        for name in names:
            monkeypatch.setattr(kind, name, points.watch(getattr(kind, name)))
    return points


@pytest.fixture
def make_sites(db, tmp_path) -> Iterator[Callable[[str], dict[str, Site]]]:
    """A function that makes two hosts; they may share the folders of their guests."""

    def make(storage: str, window: float = 0.0, volumes: Any = None) -> dict[str, Site]:
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
            uploads = Uploads(driver, FolderSnapshots(tmp_path / "store"), state / "instances")
            devices = volumes and BlockDevices(db, volumes, Connector(name), Mounts([]), 1.0)
            full = with_volumes(driver, devices) if devices else driver
            steps = Servers(full, Images(), lambda server: {}, transfers, uploads, 5.0)
            if devices:
                steps = WithVolumes(steps, driver, devices, 5.0)
            operations = Operations(db, steps, name, Limits(), lambda _host: None)
            moves = Moves(db, transfers, name, window, lambda _host: None, lambda: True)
            marks = EvacuationMarks(state / "instances")
            evacuations = Evacuations(db, driver, marks, name, lambda: True)
            sites[name] = Site(driver, operations, moves, state, evacuations, devices)
        return sites

    return make


@pytest.fixture
def make_moving(db, make_server) -> Callable[..., str]:
    """A function that accepts the move of a server with a guest, as the API does."""
    count = 0

    def make(
        sites: dict[str, Site], storage: str, off: bool = False, action: Action = actions.RESIZE
    ) -> str:
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
        kind = KINDS[action.name]
        size = NEW if action == actions.RESIZE else OLD
        move = Move(f"token-{count}", "h1", "nova", target, "nova", OLD, size, vm_state)

        def begin(server: Server) -> None:
            server.begin_move(move)

        with db.write() as tx:
            record = Migration(
                None, move.token, server_id, "u1", "p1", kind, "new", "h1", "h1", target, target,
                None, OLD.flavor_id, size.flavor_id, db.now,
            )  # fmt: skip
            tx.migrations.add(record)

        accept(db, server_id, action, target, begin)
        return server_id

    return make


@pytest.fixture(params=STORAGES)
def storage(request) -> str:
    return request.param


@pytest.fixture
def prepare(points, make_moving):
    """A function that accepts a resize without a death."""

    def prepare(sites, storage, **more):
        with points.calm():
            return make_moving(sites, storage, **more)

    return prepare
