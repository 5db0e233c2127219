"""Servers that are shelved: their images, their guests, and the looks after them."""

from datetime import timedelta

import pytest

from computeapi.domain.errors import Error, ImageUnreachable
from computeapi.domain.servers import PowerState
from computeapi.images.folder_snapshots import FolderSnapshots
from computeapi.virt.driver import GuestSpec
from computeapi.worker.reconcile import Reconcile
from computeapi.worker.timers import TimedActions, offload
from tests.unit.worker.shelving.site import ONE, Images, check, check_clean, images_of, work


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
    looks = [
        TimedActions(db, host, offload(offload_time), lambda: True).look for host in ("h1", "h2")
    ]
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
    TimedActions(db, "h1", offload(0.0), lambda: False).look()
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
