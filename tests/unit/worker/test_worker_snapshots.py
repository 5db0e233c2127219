"""Images and backups of servers: every death of the worker, at every step."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from computeapi import conf as options
from computeapi.domain.context import Context
from computeapi.domain.errors import Error, ImageUnreachable
from computeapi.domain.operations import Operation
from computeapi.domain.servers import PowerState, actions, snapshots
from computeapi.domain.servers.actions import Action
from computeapi.domain.unfinished_images import ACCEPTANCE, UnfinishedImage
from computeapi.images.folder_snapshots import FolderSnapshots
from computeapi.virt.driver import GuestSpec
from computeapi.virt.fake import FakeDriver
from computeapi.virt.fake_records import Records
from computeapi.worker.leases import Lease
from computeapi.worker.operations import Limits, Operations
from computeapi.worker.servers import Servers
from computeapi.worker.transfers import Transfers
from computeapi.worker.unfinished_images import UnfinishedImages
from computeapi.worker.uploads import Uploads
from tests.unit.worker.deaths import Points, every_death, every_moment

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
def site(db, tmp_path) -> Site:
    state, images = tmp_path / "h1", tmp_path / "images"
    for folder in (state, images, state / "instances"):
        folder.mkdir()
    conf = options.load()
    conf.set_override("state_path", str(state))
    driver, store = FakeDriver(conf), FolderSnapshots(images)
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


def queue(db, server_id, action, params) -> None:
    with db.write() as tx:
        server = tx.servers.get(server_id, lock=True)
        operation = Operation.of(action, server, "u1", "req-1", params=params)
        server.begin(action)
        tx.servers.save(server)
        tx.operations.expedite(server_id)
        tx.operations.add(operation)


def work(db, site) -> int:
    """Let the worker carry out what there is, and look after the rest; return its deaths."""
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


@pytest.mark.parametrize("vm_state", STATES)
def test_an_image_of_a_server(db, points, site, prepare, accept, vm_state):
    def play():
        empty(points, site)
        server_id = prepare(vm_state)
        image_id = accept(server_id)
        assert db.server(server_id).task_state == "image_snapshot_pending"
        died = work(db, site)
        check(db, points, site, server_id, vm_state, [image_id])
        return died

    every_death(points, play)


@pytest.mark.parametrize("rotation", [0, 1, 2])
def test_a_backup_takes_the_place_of_the_oldest_of_its_type(
    db, points, site, prepare, accept, rotation
):
    def play():
        empty(points, site)
        server_id, other = prepare(), prepare()
        with points.calm():
            kept = [
                backup(db, site, accept, server_id, "weekly", 9),
                backup(db, site, accept, other, "daily", 9),
                snapshot(db, site, accept, server_id),
            ]
            days = [backup(db, site, accept, server_id, "daily", 9) for _ in range(2)]
        params = {"backup_type": "daily", "rotation": rotation}
        days.append(accept(server_id, actions.CREATE_BACKUP, **params))
        died = work(db, site)
        last = days[len(days) - rotation :]
        check(db, points, site, server_id, "active", [*kept, *last])
        return died

    every_death(points, play)


def backup(db, site, accept, server_id, backup_type, rotation) -> str:
    image_id = accept(server_id, actions.CREATE_BACKUP, backup_type=backup_type, rotation=rotation)
    work(db, site)
    return image_id


def snapshot(db, site, accept, server_id) -> str:
    image_id = accept(server_id)
    work(db, site)
    return image_id


@pytest.mark.parametrize("action", [actions.CREATE_IMAGE, actions.CREATE_BACKUP])
@pytest.mark.parametrize("failing", ["snapshot", "upload"])
def test_an_image_that_fails_leaves_nothing(
    db, points, site, prepare, accept, monkeypatch, failing, action
):
    def refuse(*_arguments):
        raise Error("The image service refused it.")

    if failing == "snapshot":
        site.driver.control(fail=["snapshot"])
        message = f"The {action.name} failed: the hypervisor could not do it."
    else:
        monkeypatch.setattr(FolderSnapshots, "upload", points.watch(refuse))
        message = "The image service refused it."

    def play():
        empty(points, site)
        server_id = prepare()
        accept(server_id, action, backup_type="daily", rotation=1)
        died = work(db, site)
        check(db, points, site, server_id, "active", [])
        operation = next(o for o in db.operations() if o.server_id == server_id)
        assert (operation.state, operation.message) == ("failed", message)
        return died

    every_death(points, play)


@pytest.mark.parametrize("action", [actions.CREATE_IMAGE, actions.CREATE_BACKUP])
def test_a_delete_ends_the_making_of_an_image(db, points, site, prepare, accept, action):
    """An image that is whole by then stays."""

    def play(moment: int | None) -> None:
        empty(points, site)
        server_id = prepare()
        image_id = accept(server_id, action, backup_type="daily", rotation=1)
        with points.interrupted(moment, lambda: queue(db, server_id, actions.DELETE, {})):
            work(db, site)
        work(db, site)
        assert db.server(server_id).deleted
        assert images_of(site) in ({}, {image_id: "active"})
        assert site.driver.guests() == {}
        check_clean(db, site)

    every_moment(points, play, least=10)


def test_an_image_store_that_does_not_answer_delays_an_image(
    db, points, site, prepare, accept, monkeypatch
):
    server_id = prepare()
    image_id = accept(server_id)

    def silent(*_arguments):
        raise ImageUnreachable("The image service does not answer.")

    with monkeypatch.context() as patch:
        for name in ("upload", "status", "remove"):
            patch.setattr(FolderSnapshots, name, silent)
        work(db, site)
        operation = db.operation()
        assert (operation.state, operation.stage) == ("queued", "upload")
        assert db.server(server_id).task_state == "image_uploading"
    db.now = operation.not_before
    work(db, site)
    check(db, points, site, server_id, "active", [image_id])


def test_an_image_that_could_not_be_removed_is_removed_later(
    db, points, site, prepare, accept, monkeypatch
):
    server_id = prepare()
    site.driver.control(fail=["snapshot"])
    accept(server_id)

    def silent(*_arguments):
        raise ImageUnreachable("The image service does not answer.")

    with monkeypatch.context() as patch:
        for name in ("status", "remove"):
            patch.setattr(FolderSnapshots, name, silent)
        work(db, site)
    assert list(images_of(site).values()) == ["queued"]
    assert db.operation().state == "failed"
    work(db, site)
    check(db, points, site, server_id, "active", [])


def test_an_image_whose_request_was_never_accepted_is_removed(db, points, site, prepare):
    """The API died after it had made the image."""
    server_id = prepare()
    image_id = str(uuid.uuid4())
    with db.write() as tx:
        tx.unfinished_images.add(UnfinishedImage(image_id, server_id, db.now))
    wanted = snapshots.NewSnapshot("snap")
    site.store.create(OWNER, snapshots.image_of(db.server(server_id), image_id, wanted, "u1"))
    db.now += ACCEPTANCE
    work(db, site)
    assert images_of(site) == {image_id: "queued"}
    db.now += timedelta(seconds=1)
    work(db, site)
    check(db, points, site, server_id, "active", [])


def test_an_image_of_a_guest_that_is_gone_fails(db, points, site, prepare, accept):
    server_id = prepare()
    accept(server_id)
    site.driver.destroy(server_id)
    work(db, site)
    assert db.operation().state == "failed"
    assert db.server(server_id).vm_state == "active"
    assert images_of(site) == {}


def test_a_copy_that_is_lost_fails(db, points, site, prepare, accept):
    """The disk of the host is another one than before."""
    server_id = prepare()
    accept(server_id)
    for stage in ("snapshot", "upload"):
        operation = db.claim(host="h1")
        assert operation.stage == stage
        for path in (site.folder / "instances").iterdir():
            path.unlink()
        site.operations.carry_out(Lease(operation, 30.0, 600.0, time.monotonic()))
    work(db, site)
    assert db.operation().message == f"The copy of the disk of instance {server_id} is lost."
    check(db, points, site, server_id, "active", [])
