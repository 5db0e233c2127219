"""Images of servers are accepted once, whatever comes at the same time and whatever dies."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from computeapi.db import engine, tables
from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Error, Forbidden, ImageUnreachable, NotFound
from computeapi.domain.images import Image
from computeapi.domain.quotas import Quotas
from computeapi.domain.servers import actions
from computeapi.domain.servers.snapshots import NewSnapshot
from computeapi.domain.unfinished_images import ACCEPTANCE
from computeapi.ports.cloud_services import CloudServices
from computeapi.service.quotas import QuotaReader
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.servers.new_images import NewImages
from computeapi.service.servers.snapshots import Snapshots
from computeapi.service.servers.volume_images import VolumeImages
from computeapi.worker.unfinished_images import UnfinishedImages
from tests.db.moves.accepting import Anything
from tests.db.woken import Woken

CALLER = Context("user", "project", "req-1")
WANTED = NewSnapshot("snap", {"stage": "1"})


class Store:
    """An image store of one project.

    :ivar before: called before each change.
    :ivar images: the images by id.
    """

    def __init__(self):
        self.images = {}
        self.error = None
        self.before = lambda: None
        self.meanwhile = lambda: None

    def get(self, context, image_ref):
        if image_ref != "base":
            raise NotFound("There is no such image.")
        return Image("base", "base", "active", 1, 0, 64, "qcow2")

    def create(self, context, new):
        self.before()
        if self.error:
            raise self.error
        self.images[new.id] = new
        self.meanwhile()

    def discard(self, context, image_id):
        self.remove(image_id)

    def status(self, image_id):
        return "queued" if image_id in self.images else None

    def remove(self, image_id):
        self.before()
        self.images.pop(image_id, None)


class Dying:
    """A database whose units of work may not come to begin."""

    def __init__(self, database, before):
        self._database, self._before = database, before

    def read(self):
        return self._database.read()

    def write(self):
        self._before()
        return self._database.write()


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def server(database, make_server):
    server = make_server(host="h1", image_id="base", image_properties={"hw_disk_bus": "scsi"})
    with database.write() as tx:
        tx.servers.add(server)
    return server


@pytest.fixture
def snapshots(database, store):
    return make(database, store)


def make(database, store):
    acceptance = Acceptance(database, Anything(), Woken())
    beside = CloudServices(store, None, None, None, store)
    new_images = NewImages(acceptance, beside)
    quotas = QuotaReader(Quotas(metadata_items=2))
    return Snapshots(new_images, VolumeImages(acceptance, beside), store, quotas)


def unfinished(database):
    with database.read() as tx:
        return tx.unfinished_images.all()


def operations_of(database, server):
    with database.read() as tx:
        return tx.operations.unfinished(server.id)


def look_later(database, store, url):
    """Make a worker look after unfinished images, when no request can be under way any more."""
    with engine.create(url).connect() as connection:
        rows = tables.unfinished_images
        for row in connection.execute(sa.select(rows)).all():
            earlier = row.created_at - ACCEPTANCE - timedelta(seconds=1)
            where = rows.c.image_id == row.image_id
            connection.execute(sa.update(rows).where(where).values(created_at=earlier))
    UnfinishedImages(database, store, lambda: True).look()


def test_an_image_is_made_before_its_operation(database, store, snapshots, server):
    image_id = snapshots.create_image(CALLER, server.id, WANTED)
    new = store.images[image_id]
    assert (new.name, new.min_ram, new.min_disk) == ("snap", 64, server.disk_gb)
    assert new.properties == {
        "hw_disk_bus": "scsi",
        "stage": "1",
        "instance_uuid": server.id,
        "user_id": "user",
        "owner_id": server.project_id,
        "image_type": "snapshot",
        "image_location": "snapshot",
        "image_state": "available",
        "base_image_ref": "base",
    }
    (operation,) = operations_of(database, server)
    assert operation.params == {"image_id": image_id, "owner": "project"}
    (image,) = unfinished(database)
    assert (image.image_id, image.server_id, image.accepted) == (image_id, server.id, True)
    UnfinishedImages(database, store, lambda: True).look()
    assert list(store.images) == [image_id]


def test_a_backup_says_what_it_is(database, store, snapshots, server):
    image_id = snapshots.create_backup(CALLER, server.id, WANTED, "daily", 2)
    properties = store.images[image_id].properties
    assert (properties["image_type"], properties["backup_type"]) == ("backup", "daily")
    (operation,) = operations_of(database, server)
    assert operation.params == {
        "backup_type": "daily", "rotation": 2, "image_id": image_id, "owner": "project",
    }  # fmt: skip


def test_an_image_of_a_server_whose_own_image_is_gone(database, store, snapshots, make_server):
    server = make_server(host="h1", image_id="gone")
    with database.write() as tx:
        tx.servers.add(server)
    assert store.images[snapshots.create_image(CALLER, server.id, WANTED)].min_ram == 0


@pytest.mark.parametrize("error", [Forbidden("The image service forbids it."), Error("no")])
def test_an_image_that_the_store_refuses_leaves_nothing(database, store, snapshots, server, error):
    store.error = error
    with pytest.raises(type(error)):
        snapshots.create_image(CALLER, server.id, WANTED)
    assert (unfinished(database), operations_of(database, server)) == ([], [])


def test_an_image_that_may_have_been_made_is_looked_after(database, store, snapshots, server, url):
    def break_off():
        raise ImageUnreachable("The image service does not answer.")

    store.meanwhile = break_off
    with pytest.raises(ImageUnreachable):
        snapshots.create_image(CALLER, server.id, WANTED)
    assert len(store.images) == len(unfinished(database)) == 1
    look_later(database, store, url)
    assert (store.images, unfinished(database)) == ({}, [])


def test_a_server_that_changes_while_its_image_is_made_has_none(database, store, snapshots, server):
    def stop():
        with database.write() as tx:
            row = tx.servers.get(server.id, lock=True)
            row.begin(actions.STOP)
            tx.servers.save(row)

    store.meanwhile = stop
    with pytest.raises(Conflict, match="while it is in task_state powering-off"):
        snapshots.create_image(CALLER, server.id, WANTED)
    assert (store.images, unfinished(database), operations_of(database, server)) == ({}, [], [])


@pytest.mark.parametrize("verb", ["create_image", "create_backup"])
def test_of_many_at_the_same_time_one_is_accepted(database, store, snapshots, server, verb):
    arguments = [CALLER, server.id, WANTED, *(["daily", 1] if verb == "create_backup" else [])]
    ready, results = threading.Barrier(6), []

    def ask():
        ready.wait()
        try:
            results.append(getattr(snapshots, verb)(*arguments))
        except Conflict as error:
            results.append(error)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (accepted,) = (result for result in results if isinstance(result, str))
    assert len(results) == 6
    assert list(store.images) == [accepted]
    assert [image.image_id for image in unfinished(database)] == [accepted]
    (operation,) = operations_of(database, server)
    assert operation.params["image_id"] == accepted


def test_an_api_that_dies_anywhere_leaves_no_image_without_an_operation(
    database, store, server, url
):
    passed, fatal = [], None

    def pass_one():
        passed.append(1)
        if len(passed) == fatal:
            raise SystemExit

    store.before = pass_one
    snapshots = make(Dying(database, pass_one), store)
    for number in (1, 2, 3):
        passed.clear()
        fatal = number
        with pytest.raises(SystemExit):
            snapshots.create_image(CALLER, server.id, WANTED)
        assert operations_of(database, server) == []
        fatal = None
        look_later(database, store, url)
        assert (store.images, unfinished(database)) == ({}, [])
    passed.clear()
    snapshots.create_image(CALLER, server.id, WANTED)
    assert (len(passed), len(store.images)) == (3, 1)
