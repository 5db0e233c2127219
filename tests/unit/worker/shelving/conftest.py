import uuid
from pathlib import Path

import pytest

from computeapi.domain.hosts import Host
from computeapi.domain.servers import Server, actions, snapshots
from computeapi.domain.unfinished_images import UnfinishedImage
from computeapi.images.folder_snapshots import FolderSnapshots
from computeapi.virt.driver import GuestSpec
from computeapi.virt.fake import FakeDriver
from computeapi.virt.fake_records import Records
from tests.unit.worker.deaths import Points
from tests.unit.worker.shelving.site import DIRTY, OWNER, STATES, Cloud, accept, make_site


@pytest.fixture
def points(db, monkeypatch) -> Points:
    points = Points()
    db.before_write = points.pass_one
    for kind, names in (
        (FakeDriver, ("snapshot",)),
        (FolderSnapshots, ("upload", "remove")),
        (Records, ("write", "remove")),
        (Path, ("replace", "unlink")),
    ):
        for name in names:
            monkeypatch.setattr(kind, name, points.watch(getattr(kind, name)))
    return points


@pytest.fixture
def cloud(db, tmp_path) -> Cloud:
    images = tmp_path / "images"
    images.mkdir()
    store = FolderSnapshots(images)
    with db.write() as tx:
        for name in ("h1", "h2"):
            sizes = (8, 8192, 100)
            tx.hosts.report(Host(name, "nova", name, "fake", 1, *sizes, True, db.now, db.now))
    sites = {name: make_site(db, store, images, tmp_path / name) for name in ("h1", "h2")}
    return Cloud(sites, store, images)


@pytest.fixture
def prepare(db, points, cloud, make_server):
    """A function that makes a server with a guest on the host h1."""

    def prepare(vm_state: str = "active") -> str:
        with points.calm():
            for path in cloud.images.iterdir():
                path.unlink()
            server_id, power_state = str(uuid.uuid4()), STATES[vm_state]
            make_server(server_id, vm_state=vm_state, power_state=power_state)
            driver = cloud.sites["h1"].driver
            driver.spawn(GuestSpec(server_id, f"instance-{server_id}", 1, 512, 1), lambda: None)
            record = driver._records.read(server_id)
            more = {"power_state": power_state, "suspended": vm_state == "suspended"}
            driver._records.write(record | {"console": record["console"] + DIRTY} | more)
            return server_id

    return prepare


@pytest.fixture
def shelve(db, points, cloud):
    """A function that accepts to shelve a server, as the API does, and returns its image's id."""

    def shelve(server_id: str, offload: bool = True) -> str:
        image_id = str(uuid.uuid4())

        def change(tx, server: Server) -> None:
            server.shelved_image_id = image_id
            tx.shelved_images.add(image_id, server_id)
            tx.unfinished_images.accept(image_id)

        with points.calm():
            with db.write() as tx:
                tx.unfinished_images.add(UnfinishedImage(image_id, server_id, db.now))
            wanted = snapshots.NewSnapshot("demo-shelved")
            new = snapshots.image_of(db.server(server_id), image_id, wanted, "u1")
            cloud.store.create(OWNER, new)
            accept(db, server_id, actions.SHELVE, change, image_id=image_id, offload=offload)
        return image_id

    return shelve


@pytest.fixture
def unshelve(db, points):
    """A function that accepts to unshelve a server on a host, as the API does."""

    def unshelve(server_id: str, host: str) -> None:
        def change(_tx, server: Server) -> None:
            server.host = host

        with points.calm():
            accept(db, server_id, actions.UNSHELVE, change)

    return unshelve
