"""Attachments that no block device has: which are ended, and which are not."""

import pytest

from computeapi.domain.block_devices import BlockDevice, DeviceState
from computeapi.domain.servers import actions


@pytest.fixture
def reserve(site):
    """A function that reserves a new volume for a server in Cinder alone."""

    def reserve(server_id) -> str:
        body = {"attachment": {"volume_uuid": site.cinder.add(), "instance_uuid": server_id}}
        return site.cinder.answer("POST", "/v3/attachments", {}, body)[1]["attachment"]["id"]

    return reserve


def test_all_pages_of_strays_are_ended(points, site, reserve):
    server_id = site.prepare(points)
    kept = site.attached(points, server_id)
    assert len({reserve(server_id) for _ in range(5)}) == 5
    site.strays.look()
    assert [one["volume_id"] for one in site.cinder.attachments.values()] == [kept]
    statuses = [one["status"] for one in site.cinder.volumes.values()]
    assert sorted(statuses) == ["available"] * 5 + ["in-use"]


def test_a_stray_of_a_deleted_server_is_ended(points, site, reserve):
    server_id = site.prepare(points)
    site.accept(actions.DELETE, server_id)
    site.work()
    reserve(server_id)
    site.strays.look()
    assert site.cinder.attachments == {}


def test_a_server_that_the_database_does_not_know_keeps_its_attachments(site, reserve):
    kept = reserve("of another cloud")
    site.strays.look()
    assert list(site.cinder.attachments) == [kept]


def test_an_unfinished_operation_keeps_all_attachments_of_its_server(points, site, reserve):
    server_id = site.prepare(points)
    site.accept(actions.HARD_REBOOT, server_id)
    kept = reserve(server_id)
    site.strays.look()
    assert list(site.cinder.attachments) == [kept]
    site.work()
    site.strays.look()
    assert site.cinder.attachments == {}


@pytest.mark.parametrize("state", [DeviceState.RESERVING, DeviceState.ATTACHED])
def test_a_request_that_is_under_way_keeps_all_attachments_of_its_server(
    points, site, reserve, state
):
    server_id = site.prepare(points)
    device = BlockDevice("d1", server_id, site.db.now, state, volume_id="v1")
    with site.db.write() as tx:
        tx.block_devices.add(device)
    reserve(server_id)
    site.strays.look()
    assert len(site.cinder.attachments) == (state == DeviceState.RESERVING)


def test_the_volumes_of_a_shelved_server_stay_reserved(points, site):
    server_id, volume_id = site.booted(points)
    site.accept(actions.SHELVE, server_id, offload=True)
    site.work()
    site.strays.look()
    assert site.cinder.attached(volume_id) == [(server_id, "reserved")]


def test_the_last_attachment_of_a_volume_of_a_server_stays(points, site):
    """The row may have the id of an attachment that has ended: the volume must not be free."""
    server_id = site.prepare(points)
    volume_id = site.cinder.add()
    device = BlockDevice("d1", server_id, site.db.now, DeviceState.ATTACHED, volume_id=volume_id)
    device.attachment_id = "ended"
    with site.db.write() as tx:
        tx.block_devices.add(device)
    body = {"attachment": {"volume_uuid": volume_id, "instance_uuid": server_id}}
    for _ in range(3):
        site.cinder.answer("POST", "/v3/attachments", {}, body)
    site.strays.look()
    assert site.cinder.attached(volume_id) == [(server_id, "reserved")]
