"""Images and backups of a real guest, and all that the service keeps in a real Glance."""

import os
import subprocess

import pytest

from computeapi import conf as configuration
from computeapi import images
from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Forbidden, Invalid, NotFound
from computeapi.domain.images import NewImage
from tests.functional.clouds import eventually

# The client warns of what it calls itself.
pytestmark = pytest.mark.filterwarnings("ignore:::openstack")

ID = "5a000000-0000-4000-8000-000000000001"
PROPERTIES = {"instance_uuid": "s1", "image_type": "backup", "backup_type": "daily"}
NEW = NewImage(ID, "kept", 1, 64, PROPERTIES)


@pytest.fixture(scope="module")
def cloud(shared_cloud):
    return shared_cloud


@pytest.fixture(scope="module")
def conf(cloud):
    return configuration.load([str(cloud.path / "etc" / "computeapi.conf")])


@pytest.fixture(scope="module")
def demo(cloud):
    """The context of a request of the demo user."""
    connection = cloud.connection()
    project_id, user_id = connection.current_project_id, connection.current_user_id
    return Context(user_id, project_id, "req-1", token=connection.auth_token)


def nothing():
    pass


def backups(cloud):
    """Return the names and the statuses of the demo user's backups."""
    found = cloud.connection().image.images()
    return {
        image.name: image.status
        for image in found
        if image.properties.get("image_type") == "backup"
    }


def test_an_image_of_a_running_guest_has_its_disk(cloud):
    connection = cloud.connection()
    with cloud.server("model") as server:
        cloud.ssh("model", "echo written before > /root/file; sync")
        boot = cloud.ssh("model", "cat /proc/sys/kernel/random/boot_id")
        options = ["--name", "snap", "--property", "stage=1", "--wait"]
        cloud.openstack("server", "image", "create", *options, "model")
        image = connection.image.find_image("snap", ignore_missing=False)
        assert (image.status, image.owner_id) == ("active", connection.current_project_id)
        told = (image.properties["stage"], image.properties["image_type"], image.instance_uuid)
        assert told == ("1", "snapshot", server)
        assert cloud.status(server) == "ACTIVE"
        assert cloud.ssh("model", "cat /proc/sys/kernel/random/boot_id") == boot
        for name in ("monday", "tuesday"):
            options = ["--name", name, "--type", "daily", "--rotate", "1", "--wait"]
            cloud.openstack("server", "backup", "create", *options, "model")
        eventually("the end of the first backup", lambda: backups(cloud) == {"tuesday": "active"})
        events = {action.action for action in cloud.compute.server_actions(server)}
        assert {"createImage", "createBackup"} <= events
    cloud.openstack("server", "create", "--image", "snap", "--flavor", "m1.nano", "--key-name",
                    "demo", "--wait", "copy")  # fmt: skip
    copy = cloud.compute.find_server("copy", ignore_missing=False).id
    try:
        assert cloud.ssh("copy", "cat /root/file") == "written before"
    finally:
        cloud.delete(copy)
        cloud.openstack("image", "delete", "snap", "tuesday")
    assert not list((cloud.path / "instances").iterdir())


def test_glance_keeps_snapshots_for_their_project(conf, demo, cloud, tmp_path):
    store, image_store = images.load_snapshots(conf), images.load(conf)
    source = tmp_path / "disk"
    # Glance looks whether the data is of the format that the image says.
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", str(source), "1G"], check=True)
    store.create(demo, NEW)
    try:
        image = image_store.get(demo, ID)
        assert (image.status, image.owner, image.properties) == (
            "queued",
            demo.project_id,
            PROPERTIES,
        )
        assert (image.min_disk, image.min_ram, image.disk_format) == (1, 64, "qcow2")
        with pytest.raises(Conflict):
            store.create(demo, NEW)
        assert store.status(ID) == "queued"
        for _ in range(2):
            store.upload(ID, source, nothing)
            assert store.status(ID) == "active"
        assert image_store.fetch(ID, tmp_path / "copy", nothing).size == source.stat().st_size
        assert (tmp_path / "copy").read_bytes() == source.read_bytes()
        assert store.owned(demo.project_id, PROPERTIES) == [ID]
        assert store.owned(demo.project_id, {**PROPERTIES, "backup_type": "weekly"}) == []
        assert store.owned("another", PROPERTIES) == []
    finally:
        for _ in range(2):
            store.remove(ID)
    assert store.status(ID) is None
    store.discard(demo, ID)
    with pytest.raises(NotFound):
        store.upload(ID, source, nothing)


def test_glance_refuses_snapshots(conf, demo):
    store = images.load_snapshots(conf)
    wrong = NewImage(ID, "wrong", 1, 64, {"os_glance_mine": "1"})
    with pytest.raises((Forbidden, Invalid)):
        store.create(demo, wrong)
    with pytest.raises(Forbidden, match="does not accept the token"):
        store.create(Context("u", "p", "req-1", token="invalid"), NEW)
    assert store.status(ID) is None


def test_glance_carries_transfers_and_shows_them_to_no_user(conf, cloud, tmp_path):
    transfers, name = images.load_transfers(conf), "computeapi-move-test"
    source, target = tmp_path / "package", tmp_path / "received"
    with pytest.raises(NotFound):
        transfers.take(name, target, nothing)
    try:
        # The image of a user that bears the same name is another one.
        cloud.connection().image.create_image(name=name, disk_format="raw", container_format="bare")
        for content in (os.urandom(2_500_000), b"another one"):
            source.write_bytes(content)
            transfers.put(name, source, nothing)
            transfers.take(name, target, nothing)
            assert target.read_bytes() == content
        seen = [image.status for image in cloud.connection().image.images(name=name)]
        assert seen == ["queued"]
    finally:
        for _ in range(2):
            transfers.remove(name)
        cloud.openstack("image", "delete", name)
    with pytest.raises(NotFound):
        transfers.take(name, target, nothing)
    left = cloud.admin.image.images(name=name)
    assert list(left) == []
