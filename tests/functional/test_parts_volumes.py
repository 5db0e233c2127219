"""Volumes of a real Cinder as disks of guests."""

from contextlib import contextmanager

import pytest

from tests.functional.clouds import eventually


@pytest.fixture(scope="module")
def cloud(user_mode_cloud):
    if not user_mode_cloud.is_real:
        pytest.skip("guests cannot run here")
    return user_mode_cloud


@pytest.fixture(scope="module")
def connection(cloud):
    return cloud.connection()


@contextmanager
def volume(connection, size=1, **fields):
    """Make a volume for the length of the block; give its id."""
    made = connection.create_volume(size, wait=True, **fields).id
    try:
        yield made
    finally:
        connection.delete_volume(made, wait=True)


def status(connection, volume_id):
    found = connection.block_storage.find_volume(volume_id)
    return found.status if found else "deleted"


def until(connection, volume_id, wanted):
    """Wait until a volume has a status."""
    eventually(wanted, lambda: status(connection, volume_id) == wanted)


def disk(volume_id, command):
    """Return a command of a guest that finds the disk of a volume by its serial number."""
    find = (
        f"for d in /sys/block/vd*; do grep -q {volume_id[:20]} $d/serial && echo ${{d##*/}}; done"
    )
    return f"disk=/dev/$({find}); {command}"


def test_a_volume_is_attached_kept_and_detached(cloud, connection):
    with volume(connection) as data, cloud.server("first") as first:
        attached = cloud.openstack("server", "add", "volume", "first", data)
        assert data in attached
        until(connection, data, "in-use")
        shown = cloud.compute.get_server(first)
        assert [one["id"] for one in shown.attached_volumes] == [data]
        # The guest gives it the name that the answer has.
        (attachment,) = cloud.compute.volume_attachments(first)
        assert cloud.ssh("first", disk(data, "echo $disk")) == attachment.device == "/dev/vdb"
        cloud.ssh("first", disk(data, "echo kept | dd of=$disk conv=sync && sync"))
        # It is there after the guest has been started anew.
        cloud.openstack("server", "reboot", "--hard", "--wait", "first")
        assert cloud.ssh("first", disk(data, "head -c 4 $disk")) == "kept"
        cloud.openstack("server", "remove", "volume", "first", data)
        until(connection, data, "available")
        assert cloud.ssh("first", disk(data, "echo $disk")) == "/dev/"


@contextmanager
def booted(cloud, name, *options):
    """Boot a server for the length of the block, however the block ends; give its id."""
    keyed = ["--flavor", "m1.nano", "--key-name", cloud.key_name(), *options]
    cloud.openstack("server", "create", *keyed, "--wait", name)
    server = cloud.compute.find_server(name, ignore_missing=False).id
    try:
        yield server
    finally:
        cloud.delete(server)


@contextmanager
def image_of(cloud, connection, name, volume_id):
    """Make an image of a running server that boots from a volume: a snapshot that Cinder takes."""
    cloud.ssh(name, "echo before > /root/kept && sync")
    cloud.openstack("server", "image", "create", "--name", "copied", "--wait", name)
    snapshots = list(connection.block_storage.snapshots(volume_id=volume_id))
    (snapshot,) = [one.id for one in snapshots]
    show = connection.block_storage.get_snapshot
    eventually("available", lambda: show(snapshot).status == "available")
    yield cloud.admin.image.find_image("copied", ignore_missing=False).id
    cloud.openstack("image", "delete", "copied")
    connection.delete_volume_snapshot(snapshot, wait=True)


def extend(connection, volume_id, size):
    """Ask Cinder to make a volume larger that is attached."""
    version = {"OpenStack-API-Version": "volume 3.42"}
    action = {"os-extend": {"new_size": size}}
    path = f"/volumes/{volume_id}/action"
    assert connection.block_storage.post(path, json=action, headers=version).status_code == 202


def test_a_server_that_boots_from_a_volume_is_copied_shelved_and_rebuilt(cloud, connection):
    image = cloud.admin.image.find_image(cloud.settings["images"][0]).id
    device = f"uuid={image},source_type=image,destination_type=volume,boot_index=0,volume_size=1"
    device += ",delete_on_termination=true"
    name = "on-volume"
    with booted(cloud, name, "--block-device", device) as server:
        (attached,) = cloud.compute.get_server(server).attached_volumes
        root = attached["id"]
        assert status(connection, root) == "in-use"
        assert cloud.ssh(name, disk(root, "echo $disk")) == "/dev/vda"
        copy(cloud, connection, name, root)
        grow_and_shelve(cloud, connection, server, root)
        # The image goes into the file that the snapshot left the volume with.
        rebuild = {"rebuild": {"imageRef": image}}
        answer = cloud.compute.post(f"/servers/{server}/action", json=rebuild, microversion="2.93")
        assert answer.status_code == 202, answer.text
        cloud.until(server, "ACTIVE")
        assert cloud.ssh(name, "test -e /root/kept || echo anew") == "anew"
        assert status(connection, root) == "in-use"
    until(connection, root, "deleted")


def copy(cloud, connection, name, root):
    """Boot another server from an image of one whose root disk is a volume."""
    with image_of(cloud, connection, name, root) as image:
        cloud.ssh(name, "echo later > /root/kept && sync")
        with booted(cloud, "of-image", "--image", image):
            assert cloud.ssh("of-image", "cat /root/kept") == "before"


def grow_and_shelve(cloud, connection, server, root):
    """Make the root disk of a server larger; shelve the server, and bring it back."""
    extend(connection, root, 2)
    until(connection, root, "in-use")
    # The guest, which went on without the snapshot, sees at once that its disk has grown.
    size = disk(root, "cat /sys/block/${disk##*/}/size")
    eventually("2 GiB", lambda: cloud.ssh("on-volume", size) == str(2 * 2**30 // 512))
    assert cloud.ssh("on-volume", "cat /root/kept") == "later"
    cloud.compute.shelve_server(server)
    cloud.until(server, "SHELVED_OFFLOADED")
    until(connection, root, "reserved")
    cloud.compute.unshelve_server(server)
    cloud.until(server, "ACTIVE")
    assert cloud.ssh("on-volume", "cat /root/kept") == "later"
    assert cloud.ssh("on-volume", size) == str(2 * 2**30 // 512)
