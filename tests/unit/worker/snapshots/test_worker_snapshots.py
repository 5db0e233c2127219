"""Images and backups of servers: every death of the worker, at every step."""

import time
import uuid
from datetime import timedelta

import pytest

from computeapi.domain.errors import Error, ImageUnreachable
from computeapi.domain.servers import actions, snapshots
from computeapi.domain.unfinished_images import ACCEPTANCE, UnfinishedImage
from computeapi.images.folder_snapshots import FolderSnapshots
from computeapi.worker.leases import Lease
from tests.unit.worker.deaths import every_death, every_moment
from tests.unit.worker.snapshots.site import (
    OWNER,
    STATES,
    check,
    check_clean,
    empty,
    images_of,
    queue,
    work,
)


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

    if rotation == 1:
        every_death(points, play)
    else:
        assert play() == 0


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
