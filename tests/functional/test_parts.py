"""The parts of a cloud, each the real project, in one cloud with all of them."""

import pytest

from tests.functional.clouds import eventually


@pytest.fixture(scope="module")
def cloud(parts_cloud):
    return parts_cloud


@pytest.fixture(scope="module")
def connection(cloud):
    return cloud.connection()


def test_status_shows_the_processes_of_the_parts(cloud):
    shown = cloud.command("status").stdout
    rows = {line.split()[0]: line for line in shown.splitlines() if line.strip()}
    assert "answers" in rows["cinder"]
    assert str(cloud.path / "log" / "cinder.log") in rows["cinder"]


def test_volumes_are_made_kept_and_grown(cloud, connection):
    cloud.openstack("volume", "create", "--size", "1", "first")
    volumes = connection.block_storage
    first = volumes.find_volume("first", ignore_missing=False)
    volumes.wait_for_status(first, "available", interval=0.5)
    assert list((cloud.path / "cinder" / "volumes").glob(f"*{first.id}*"))
    snapshot = connection.create_volume_snapshot(first.id, wait=True)
    copy = connection.create_volume(1, name="copy", snapshot_id=snapshot.id, wait=True)
    volumes.extend_volume(copy, 2)
    eventually("2 GB", lambda: volumes.get_volume(copy).status == "available")
    assert volumes.get_volume(copy).size == 2
    image = connection.create_volume(1, image=cloud.settings["images"][0], wait=True)
    assert image.is_bootable
    connection.delete_volume_snapshot(snapshot.id, wait=True)
    for volume in (first, copy, image):
        connection.delete_volume(volume.id, wait=True)
    assert not [p for p in (cloud.path / "cinder" / "volumes").iterdir() if p.is_file()]


def test_services_of_cinder_are_up(cloud):
    services = cloud.admin.block_storage.services()
    assert {s.binary: s.state for s in services} == {
        "cinder-scheduler": "up",
        "cinder-volume": "up",
    }
