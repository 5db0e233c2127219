"""Servers that boot from a volume and have another one, as they move: every death, at every step.

No volume is attached twice in the end, and each is connected to the host that has the guest.
"""

import uuid

import pytest

from computeapi import conf as options
from computeapi import volumes as adapters
from computeapi.domain.block_devices import BlockDevice, DeviceState
from computeapi.domain.servers import actions
from tests.unit.worker.deaths import every_death, every_moment, watch_answers
from tests.unit.worker.moves.sites import OLD, accept, check, look, work

TWO = "two hosts"


@pytest.fixture
def points(points, monkeypatch):
    """The points at which a worker may die: also when Cinder has answered."""
    watch_answers(points, monkeypatch)
    return points


@pytest.fixture
def volumes(cinder):
    conf = options.load()
    for name, value in cinder.options().items():
        conf.set_override(name, value, group="volumes")
    return adapters.load(conf)


@pytest.fixture
def sites(make_sites, volumes):
    return make_sites(TWO, volumes=volumes)


@pytest.fixture
def moving(db, points, sites, prepare, cinder, volumes):
    """A function that accepts a move of a server with volumes; it returns the server's id."""

    def moving(action=actions.MIGRATE):
        cinder.reset()
        server_id = prepare(sites, TWO, action=action)
        with points.calm():
            for index in (0, None):
                attach(db, sites, cinder, volumes, server_id, index)
        return server_id

    return moving


def attach(db, sites, cinder, volumes, server_id, boot_index):
    site, volume_id = sites["h1"], cinder.add()
    device = BlockDevice(
        str(uuid.uuid4()),
        server_id,
        db.now,
        DeviceState.ATTACHING,
        volume_id=volume_id,
        attachment_id=volumes.reserve_again(volume_id, server_id),
        device="/dev/vdb" if boot_index is None else "/dev/vda",
        boot_index=boot_index,
    )
    with db.write() as tx:
        tx.block_devices.add(device)
    site.driver.plug(server_id, site.devices.connected(device))
    site.devices.complete(device)


def check_volumes(db, sites, cinder, server_id, host):
    """Check that guest, database and volume service agree on the volumes of a server."""
    with db.read() as tx:
        devices = tx.block_devices.of_server(server_id)
    ids = {device.volume_id for device in devices}
    assert ids == set(cinder.volumes)
    assert [(one.state, one.host) for one in devices] == [("attached", host)] * 2
    assert set(sites[host].driver._records.read(server_id)["volumes"]) == ids
    attachments = cinder.attachments.values()
    assert {one["id"] for one in attachments} == {one.attachment_id for one in devices}
    assert len(attachments) == 2
    for one in attachments:
        assert (one["status"], one["connection_info"]["data"]["host"]) == ("attached", host)
    assert {volume["status"] for volume in cinder.volumes.values()} == {"in-use"}


@pytest.mark.parametrize(("ending", "host"), [("confirm", "h2"), ("revert", "h1")])
def test_a_move_that_is_confirmed_or_reverted(db, points, sites, moving, cinder, ending, host):
    def play():
        server_id = moving()
        died = work(db, sites)
        assert db.server(server_id).vm_state == "resized"
        check_volumes(db, sites, cinder, server_id, "h2")
        action = actions.CONFIRM_RESIZE if ending == "confirm" else actions.REVERT_RESIZE
        with points.calm():
            accept(db, server_id, action, "h1")
        died += work(db, sites) + look(db, sites)
        assert db.server(server_id).vm_state == "active"
        check_volumes(db, sites, cinder, server_id, host)
        return died

    every_death(points, play)


@pytest.mark.parametrize(("host", "failing"), [("h1", "park"), ("h2", "rebuild")])
def test_a_move_that_fails(db, points, sites, moving, cinder, host, failing):
    sites[host].driver.control(fail=[failing])

    def play():
        server_id = moving()
        died = work(db, sites) + look(db, sites)
        assert db.server(server_id).vm_state == "active"
        check_volumes(db, sites, cinder, server_id, "h1")
        return died

    every_death(points, play)


@pytest.mark.parametrize("failing", [None, "spawn"])
def test_an_evacuation(db, points, sites, moving, cinder, failing):
    def play():
        server_id = moving(actions.EVACUATE)
        sites["h2"].driver.control(fail=[failing] if failing else [])
        died = work(db, sites)
        sites["h2"].driver.control(fail=[])
        died += look(db, sites)
        assert db.server(server_id).vm_state == ("error" if failing else "active")
        # The old host's guest has the volumes still where the evacuation has failed.
        host, other = ("h1", "h2") if failing else ("h2", "h1")
        check_volumes(db, sites, cinder, server_id, host)
        assert server_id not in sites[other].driver.guests()
        return died

    every_death(points, play, least=6)


@pytest.mark.parametrize("action", [actions.MIGRATE, actions.EVACUATE])
def test_a_delete_meanwhile_releases_all(db, points, sites, moving, cinder, action):
    def play(moment):
        server_id = moving(action)
        with points.interrupted(moment, lambda: accept(db, server_id, actions.DELETE, "h2")):
            work(db, sites)
        work(db, sites)
        look(db, sites)
        look(db, sites)
        assert db.server(server_id).deleted
        released(db, sites, cinder, server_id)

    every_moment(points, play)


def released(db, sites, cinder, server_id):
    """Check that no volume is attached; a worker releases what a delete could not."""
    for site in sites.values():
        with db.read() as tx:
            left = tx.block_devices.of_server(server_id)
        for device in left:
            site.devices.end(device)
    assert cinder.attachments == {}
    assert {volume["status"] for volume in cinder.volumes.values()} == {"available"}
    with db.read() as tx:
        assert tx.block_devices.of_server(server_id) == []


def test_the_guest_is_whole(db, sites, moving, cinder):
    server_id = moving()
    work(db, sites)
    accept(db, server_id, actions.CONFIRM_RESIZE, "h1")
    work(db, sites)
    look(db, sites)
    check(db, sites, server_id, "h2", OLD)
