"""Snapshots of attached volumes: every death of the worker, at every step."""

import pytest

from computeapi.domain.servers import actions, attaching
from tests.unit.worker.deaths import every_death, every_moment
from tests.unit.worker.volumes.test_worker_volumes import check, check_gone, check_server


def files(site, server_id, volume_id):
    """Return the files that snapshots have added to a volume of a guest."""
    return site.driver._records.read(server_id)["files"].get(volume_id, [])


def kept(site, server_id):
    """Return the name of the file of a server's volume, as its next guest is made with it."""
    with site.db.read() as tx:
        (device,) = tx.block_devices.of_server(server_id)
    return device.connection["data"]["name"]


def accept(site, server_id, action, **params):
    with site.db.read() as tx:
        (device,) = tx.block_devices.of_server(server_id)
    site.accept(action, server_id, device=device.id, **params)


@pytest.mark.parametrize("failing", [None, "snapshot_volume"])
def test_a_snapshot_is_taken_whoever_dies(points, site, failing):
    def play() -> int:
        site.cinder.reset()
        server_id = site.prepare(points)
        volume_id = site.attached(points, server_id)
        snapshot = site.cinder.add_snapshot(volume_id, status="creating")
        with points.calm():
            accept(site, server_id, attaching.SNAPSHOT_VOLUME, snapshot=snapshot, file="new")
        site.driver.control(fail=[failing] if failing else [])
        died = site.work()
        site.driver.control(fail=[])
        check_server(site, server_id)
        check(site, server_id, volume_id)
        taken = site.cinder.snapshots[snapshot]
        assert (taken["status"], taken["progress"]) == ("error" if failing else "creating", "90%")
        assert files(site, server_id, volume_id) == ([] if failing else ["new"])
        assert kept(site, server_id) == (f"volume-{volume_id}" if failing else "new")
        return died

    every_death(points, play, least=3)


@pytest.mark.parametrize("failing", [None, "merge_volume"])
@pytest.mark.parametrize(
    ("merge", "left"),
    [
        ({"top": None, "base": None}, ["c"]),
        ({"top": "a", "base": None}, ["a", "c"]),
        ({"top": "b", "base": "a"}, ["a", "c"]),
    ],
)
def test_a_snapshot_is_deleted_whoever_dies(points, site, merge, left, failing):
    def play() -> int:
        site.cinder.reset()
        server_id = site.prepare(points)
        volume_id = site.attached(points, server_id)
        snapshot = site.cinder.add_snapshot(volume_id, status="deleting")
        with points.calm():
            for name in "abc":
                accept(site, server_id, attaching.SNAPSHOT_VOLUME, snapshot="other", file=name)
            site.work()
            accept(site, server_id, attaching.MERGE_VOLUME, snapshot=snapshot, **merge)
        site.driver.control(fail=[failing] if failing else [])
        died = site.work()
        site.driver.control(fail=[])
        check_server(site, server_id)
        check(site, server_id, volume_id)
        expected = "error_deleting" if failing else "deleting"
        found = site.cinder.snapshots[snapshot]
        assert (found["status"], found["progress"]) == (expected, "90%")
        assert files(site, server_id, volume_id) == (["a", "b", "c"] if failing else left)
        return died

    every_death(points, play, least=3)


def test_a_server_is_deleted_while_a_snapshot_is_taken(points, site):
    def play(moment: int | None) -> None:
        site.cinder.reset()
        server_id = site.prepare(points)
        volume_id = site.attached(points, server_id)
        snapshot = site.cinder.add_snapshot(volume_id, status="creating")
        with points.calm():
            accept(site, server_id, attaching.SNAPSHOT_VOLUME, snapshot=snapshot, file="new")
        with points.interrupted(moment, lambda: site.accept(actions.DELETE, server_id)):
            site.work()
        site.work()
        site.sweep()
        check_gone(site, server_id, volume_id)

    every_moment(points, play, least=3)


def test_a_snapshot_of_a_volume_that_is_detached_meanwhile_fails(points, site):
    server_id = site.prepare(points)
    volume_id = site.attached(points, server_id)
    snapshot = site.cinder.add_snapshot(volume_id, status="creating")
    with points.calm():
        site.detach(server_id, volume_id)
        accept(site, server_id, attaching.SNAPSHOT_VOLUME, snapshot=snapshot, file="new")
        site.work()
    check_server(site, server_id)
    check(site, server_id)
    assert site.cinder.snapshots[snapshot]["status"] == "error"
