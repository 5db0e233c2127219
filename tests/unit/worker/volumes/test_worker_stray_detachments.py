"""Volumes that Cinder alone detaches: which stay attached, and which are left alone."""

import pytest

from computeapi.domain.block_devices import DeviceState
from computeapi.domain.servers import actions


@pytest.fixture
def detaching(points, site):
    """A server, and its volume that is detaching in Cinder alone."""
    server_id = site.prepare(points)
    volume_id = site.attached(points, server_id)
    site.cinder.volumes[volume_id]["status"] = "detaching"
    return server_id, volume_id


def status(site, volume_id):
    site.stray_detachments.look()
    return site.cinder.status(volume_id)


def test_a_volume_stays_attached(site, detaching):
    assert status(site, detaching[1]) == "in-use"


def test_a_volume_that_the_database_does_not_know_is_left_alone(site):
    assert status(site, site.cinder.add(status="detaching")) == "detaching"


def test_an_unfinished_operation_may_detach_it(site, detaching):
    server_id, volume_id = detaching
    site.accept(actions.HARD_REBOOT, server_id)
    assert status(site, volume_id) == "detaching"
    site.work()
    assert status(site, volume_id) == "in-use"


def test_a_request_may_be_about_to_detach_it(site, detaching):
    server_id, volume_id = detaching
    with site.db.write() as tx:
        (device,) = tx.block_devices.of_server(server_id)
        device.state = DeviceState.DETACHING
        tx.block_devices.save(device)
    assert status(site, volume_id) == "detaching"
