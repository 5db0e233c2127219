import uuid
from pathlib import Path

import pytest

from computeapi import conf as options
from computeapi.domain.servers import actions, snapshots
from computeapi.domain.servers.actions import Action
from computeapi.domain.unfinished_images import UnfinishedImage
from computeapi.images.folder_snapshots import FolderSnapshots
from computeapi.virt.driver import GuestSpec
from computeapi.virt.fake import FakeDriver
from computeapi.virt.fake_records import Records
from computeapi.worker.operations import Limits, Operations
from computeapi.worker.servers import Servers
from computeapi.worker.transfers import Transfers
from computeapi.worker.unfinished_images import UnfinishedImages
from computeapi.worker.uploads import Uploads
from tests.unit.worker.deaths import Points
from tests.unit.worker.snapshots.site import DIRTY, OWNER, STATES, Site, queue


@pytest.fixture
def points(db, monkeypatch) -> Points:
    points = Points()
    db.before_write = points.pass_one
    for kind, names in (
        (FakeDriver, ("snapshot",)),
        (FolderSnapshots, ("upload", "status", "owned", "remove")),
        (Records, ("write", "remove")),
        (Path, ("replace", "unlink")),
    ):
        for name in names:
            monkeypatch.setattr(kind, name, points.watch(getattr(kind, name)))
    return points


@pytest.fixture
def store(tmp_path) -> FolderSnapshots:
    (tmp_path / "images").mkdir()
    return FolderSnapshots(tmp_path / "images")


@pytest.fixture
def site(db, store, tmp_path) -> Site:
    state = tmp_path / "h1"
    for folder in (state, state / "instances"):
        folder.mkdir()
    conf = options.load()
    conf.set_override("state_path", str(state))
    driver = FakeDriver(conf)
    transfers = Transfers(state / "instances", None)
    uploads = Uploads(driver, store, state / "instances")
    servers = Servers(driver, None, lambda server: {}, transfers, uploads, 5.0)
    operations = Operations(db, servers, "h1", Limits(), lambda _host: None)

    def is_under_way(server_id: str, operation_id: int) -> bool:
        with db.read() as tx:
            return any(o.id == operation_id for o in tx.operations.unfinished(server_id))

    looks = [
        lambda: transfers.sweep(is_under_way),
        UnfinishedImages(db, store, lambda: True).look,
    ]
    return Site(driver, store, operations, looks, state)


@pytest.fixture
def prepare(db, points, site, make_server):
    """A function that makes a server with a guest; the worker lives meanwhile."""

    def prepare(vm_state: str = "active") -> str:
        with points.calm():
            server_id = str(uuid.uuid4())
            power_state = STATES[vm_state]
            make_server(server_id, vm_state=vm_state, power_state=power_state)
            driver = site.driver
            driver.spawn(GuestSpec(server_id, f"instance-{server_id}", 1, 512, 1), lambda: None)
            record = driver._records.read(server_id)
            more = {"power_state": power_state, "suspended": vm_state == "suspended"}
            driver._records.write(record | {"console": record["console"] + DIRTY} | more)
            return server_id

    return prepare


@pytest.fixture
def accept(db, points, site):
    """A function that accepts an image of a server, as the API does."""

    def accept(server_id: str, action: Action = actions.CREATE_IMAGE, **params) -> str:
        with points.calm():
            image_id = str(uuid.uuid4())
            properties = {}
            if action is actions.CREATE_BACKUP:
                properties = {"image_type": "backup", "backup_type": params["backup_type"]}
            wanted = snapshots.NewSnapshot("snap", {}, properties)
            with db.write() as tx:
                tx.unfinished_images.add(UnfinishedImage(image_id, server_id, db.now))
            new = snapshots.image_of(db.server(server_id), image_id, wanted, "u1")
            site.store.create(OWNER, new)
            queue(db, server_id, action, params | {"image_id": image_id, "owner": "p1"})
            with db.write() as tx:
                tx.unfinished_images.accept(image_id)
            return image_id

    return accept
