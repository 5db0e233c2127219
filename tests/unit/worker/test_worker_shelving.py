"""Shelving on one host, unshelving on another: every death of either worker, at every step."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from computeapi import conf as options
from computeapi.domain.claims import Claim
from computeapi.domain.context import Context
from computeapi.domain.errors import Error, ImageUnreachable, NotFound
from computeapi.domain.hosts import Host, Usage
from computeapi.domain.operations import Operation
from computeapi.domain.servers import PowerState, Server, actions, snapshots
from computeapi.domain.servers.actions import Action
from computeapi.domain.unfinished_images import UnfinishedImage
from computeapi.images.folder_snapshots import FolderSnapshots
from computeapi.ports.images import CachedImage
from computeapi.virt.driver import GuestSpec
from computeapi.virt.fake import FakeDriver
from computeapi.virt.fake_records import Records
from computeapi.worker.leases import Lease
from computeapi.worker.operations import Limits, Operations
from computeapi.worker.reconcile import Reconcile
from computeapi.worker.servers import Servers
from computeapi.worker.shelved import Shelved
from computeapi.worker.shelved_images import ShelvedImages
from computeapi.worker.transfers import Transfers
from computeapi.worker.unfinished_images import UnfinishedImages
from computeapi.worker.uploads import Uploads
from tests.unit.worker.deaths import Points, every_death, every_moment

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


def work(db, cloud: Cloud) -> int:
    """Let the workers carry out what there is, and look after the rest; return their deaths."""
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


@pytest.mark.parametrize("vm_state", ["active", "paused", "suspended"])
def test_a_server_is_shelved(db, points, cloud, prepare, shelve, vm_state):
    def play():
        server_id = prepare(vm_state)
        image_id = shelve(server_id)
        died = work(db, cloud)
        found = {"vm_state": "shelved_offloaded", "host": None, "image_id": image_id}
        server = check(db, points, cloud, server_id, **found)
        assert server.power_state == PowerState.SHUTDOWN
        assert DIRTY.encode() in (cloud.images / f"{image_id}.qcow2").read_bytes()
        return died

    every_death(points, play)


@pytest.mark.parametrize("host", ["h1", "h2"])
def test_a_server_that_was_offloaded_is_unshelved(
    db, points, cloud, prepare, shelve, unshelve, host
):
    def play():
        server_id = prepare()
        with points.calm():
            shelve(server_id)
            work(db, cloud)
        unshelve(server_id, host)
        died = work(db, cloud)
        server = check(db, points, cloud, server_id, vm_state="active", host=host)
        assert server.power_state == PowerState.RUNNING
        return died

    every_death(points, play, 8)


@pytest.mark.parametrize(("vm_state", "ending"), [("suspended", "unshelve"), ("active", "offload")])
def test_a_server_that_stays_on_its_host_while_it_is_shelved(
    db, points, cloud, prepare, shelve, unshelve, vm_state, ending
):
    def play():
        server_id = prepare(vm_state)
        image_id = shelve(server_id, offload=False)
        died = work(db, cloud)
        found = {"vm_state": "shelved", "host": "h1", "image_id": image_id}
        check(db, points, cloud, server_id, **found)
        if ending == "unshelve":
            unshelve(server_id, "h1")
            found = {"vm_state": "active", "host": "h1"}
        else:
            with points.calm():
                accept(db, server_id, actions.SHELVE_OFFLOAD)
            found = {"vm_state": "shelved_offloaded", "host": None, "image_id": image_id}
        died += work(db, cloud)
        check(db, points, cloud, server_id, **found)
        return died

    every_death(points, play)


@pytest.mark.parametrize(
    ("vm_state", "failing"),
    [
        ("active", "power_off"),
        ("active", "upload"),
        ("stopped", "snapshot"),
        ("suspended", "upload"),
        ("paused", "upload"),
    ],
)
def test_a_server_that_cannot_be_shelved(
    db, points, cloud, prepare, shelve, monkeypatch, vm_state, failing
):
    def refuse(*_arguments):
        raise Error("The image service refused it.")

    if failing == "upload":
        monkeypatch.setattr(FolderSnapshots, "upload", points.watch(refuse))
    else:
        cloud.sites["h1"].driver.control(fail=[failing])

    def play():
        server_id = prepare(vm_state)
        shelve(server_id)
        died = work(db, cloud)
        # The memory of a paused guest is lost.
        then = "stopped" if vm_state == "paused" else vm_state
        check(db, points, cloud, server_id, vm_state=then, host="h1")
        assert db.operations()[-1].state == "failed"
        return died

    every_death(points, play, 6)
    if vm_state == "suspended":
        with points.calm():
            assert cloud.sites["h1"].driver._records.read(db.servers()[-1].id)["suspended"]


@pytest.mark.parametrize("action", [actions.SHELVE, actions.SHELVE_OFFLOAD])
def test_a_server_that_cannot_be_offloaded_stays_shelved(
    db, points, cloud, prepare, shelve, action
):
    cloud.sites["h1"].driver.control(fail=["destroy"])

    def play():
        server_id = prepare()
        if action is actions.SHELVE:
            image_id = shelve(server_id)
        else:
            with points.calm():
                image_id = shelve(server_id, offload=False)
                work(db, cloud)
                accept(db, server_id, action)
        died = work(db, cloud)
        assert db.operations()[-1].state == "failed"
        found = {"vm_state": "shelved", "host": "h1", "image_id": image_id}
        check(db, points, cloud, server_id, **found)
        return died

    every_death(points, play, 2)


@pytest.mark.parametrize("offloaded", [True, False])
def test_a_server_that_cannot_be_unshelved_stays_as_it_is(
    db, points, cloud, prepare, shelve, unshelve, offloaded
):
    host = "h2" if offloaded else "h1"
    failing = ["spawn"] if offloaded else ["power_on"]

    def play():
        server_id = prepare()
        with points.calm():
            image_id = shelve(server_id, offloaded)
            work(db, cloud)
            cloud.sites[host].driver.control(fail=failing)
        unshelve(server_id, host)
        died = work(db, cloud)
        found = {"vm_state": "shelved_offloaded", "host": None, "image_id": image_id}
        if not offloaded:
            found |= {"vm_state": "shelved", "host": "h1"}
        assert db.operations()[-1].state == "failed"
        check(db, points, cloud, server_id, **found)
        with points.calm():
            cloud.sites[host].driver.control(fail=[])
            unshelve(server_id, host)
            work(db, cloud)
        check(db, points, cloud, server_id, vm_state="active", host=host)
        return died

    every_death(points, play, 3)


def test_a_server_whose_image_is_gone_stays_offloaded(db, points, cloud, prepare, shelve, unshelve):
    server_id = prepare()
    image_id = shelve(server_id)
    work(db, cloud)
    cloud.store.remove(image_id)
    unshelve(server_id, "h2")
    work(db, cloud)
    assert db.operations()[-1].message == f"Image {image_id} could not be found."
    server = db.server(server_id)
    assert (server.vm_state, server.host, server.task_state) == ("shelved_offloaded", None, None)
    assert cloud.sites["h2"].driver.guests() == {}


@pytest.mark.parametrize("when", ["shelve", "unshelve", "unshelve in place"])
def test_a_server_is_deleted_while_it_is_shelved_or_unshelved(
    db, points, cloud, prepare, shelve, unshelve, when
):

    def play(moment: int | None) -> None:
        server_id = prepare()
        shelve(server_id, offload=when == "unshelve")
        if when.startswith("unshelve"):
            with points.calm():
                work(db, cloud)
            unshelve(server_id, "h2" if when == "unshelve" else "h1")
        with points.interrupted(moment, lambda: accept(db, server_id, actions.DELETE)):
            work(db, cloud)
        work(db, cloud)
        assert db.server(server_id).deleted
        assert [site.driver.guests() for site in cloud.sites.values()] == [{}, {}]
        check_clean(db, cloud, server_id, [], None)

    every_moment(points, play)


def test_a_server_on_no_host_is_deleted_with_its_image(db, points, cloud, prepare, shelve):
    server_id = prepare()
    shelve(server_id)
    work(db, cloud)
    with db.write() as tx:
        server = tx.servers.get(server_id, lock=True)
        server.mark_deleted(db.now)
        tx.servers.save(server)
    work(db, cloud)
    check_clean(db, cloud, server_id, [], None)


def test_an_image_that_cannot_be_removed_now_is_removed_later(
    db, points, cloud, prepare, shelve, unshelve, monkeypatch
):
    server_id = prepare()
    image_id = shelve(server_id)
    work(db, cloud)
    unshelve(server_id, "h2")

    def silent(*_arguments):
        raise ImageUnreachable("The image service does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(FolderSnapshots, "remove", silent)
        work(db, cloud)
    assert images_of(cloud) == {image_id: "active"}
    work(db, cloud)
    check(db, points, cloud, server_id, vm_state="active", host="h2")


def test_an_image_that_its_owner_protects_stays(
    db, points, cloud, prepare, shelve, unshelve, monkeypatch
):
    server_id = prepare()
    image_id = shelve(server_id)
    work(db, cloud)
    unshelve(server_id, "h2")

    def refuse(*_arguments):
        raise Error("The image is protected.")

    monkeypatch.setattr(FolderSnapshots, "remove", refuse)
    work(db, cloud)
    assert images_of(cloud) == {image_id: "active"}
    with db.read() as tx:
        assert tx.shelved_images.unneeded() == []


@pytest.mark.parametrize(
    ("offload_time", "seconds", "offloaded"),
    [(-1.0, 10**6, False), (0.0, 0, True), (60.0, 59, False), (60.0, 60, True)],
)
def test_a_shelved_server_leaves_its_host_after_a_time(
    db, points, cloud, prepare, shelve, offload_time, seconds, offloaded
):
    server_id = prepare()
    image_id = shelve(server_id, offload=False)
    work(db, cloud)
    db.now += timedelta(seconds=seconds)
    looks = [Shelved(db, host, offload_time, lambda: True).look for host in ("h1", "h2")]
    for look in looks * 2:
        look()
    work(db, cloud)
    found = {"vm_state": "shelved", "host": "h1"}
    if offloaded:
        found = {"vm_state": "shelved_offloaded", "host": None}
    check(db, points, cloud, server_id, image_id=image_id, **found)
    assert [o.action for o in db.operations()] == ["shelve", "shelveOffload"][: 1 + offloaded]


def test_a_worker_that_lost_its_host_offloads_nothing(db, points, cloud, prepare, shelve):
    server_id = prepare()
    shelve(server_id, offload=False)
    work(db, cloud)
    Shelved(db, "h1", 0.0, lambda: False).look()
    assert db.server(server_id).task_state is None


def test_a_shelved_server_whose_guest_is_gone_is_offloaded(db, points, cloud, prepare, shelve):
    server_id = prepare()
    image_id = shelve(server_id, offload=False)
    work(db, cloud)
    driver = cloud.sites["h1"].driver
    driver.lose(server_id)
    images = Images(cloud.images)
    Reconcile(db, driver, images, "h1", lambda _server: False, lambda: True).everything()
    work(db, cloud)
    found = {"vm_state": "shelved_offloaded", "host": None, "image_id": image_id}
    check(db, points, cloud, server_id, **found)


def test_a_guest_of_a_server_on_no_host_is_left_alone(db, points, cloud, prepare, shelve, caplog):
    server_id = prepare()
    shelve(server_id)
    work(db, cloud)
    driver = cloud.sites["h1"].driver
    driver.spawn(GuestSpec(server_id, "stranger", 1, 512, 1), lambda: None)
    images = Images(cloud.images)
    Reconcile(db, driver, images, "h1", lambda _server: False, lambda: True).everything()
    assert "its server is on no host" in caplog.text
    assert driver.guest(server_id).power_state == PowerState.RUNNING


def test_a_hypervisor_that_does_not_answer_delays_an_unshelving(
    db, points, cloud, prepare, shelve, unshelve
):
    server_id = prepare()
    shelve(server_id)
    work(db, cloud)
    driver = cloud.sites["h2"].driver
    driver.control(unreachable=["spawn"])
    unshelve(server_id, "h2")
    work(db, cloud)
    operation = db.operations()[-1]
    assert (operation.state, db.server(server_id).task_state) == ("queued", "unshelving")
    with db.read() as tx:
        assert tx.hosts.usage_of("h2") == ONE
    driver.control(unreachable=[])
    db.now = operation.not_before
    work(db, cloud)
    check(db, points, cloud, server_id, vm_state="active", host="h2")
