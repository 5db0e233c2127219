"""Servers that are rescued by the real client, on real guests."""

import pytest

# The client warns of what it calls itself.
pytestmark = pytest.mark.filterwarnings("ignore:::openstack")


@pytest.fixture(scope="module")
def server(shared_cloud):
    """The id of a server."""
    with shared_cloud.server("rescued") as server:
        yield server


def test_a_rescued_guest_sees_the_disk_that_its_user_wrote_to(shared_cloud, server):
    cloud = shared_cloud
    cloud.ssh("rescued", "echo still here > /root/file; sync")
    cloud.openstack("server", "rescue", "--password", "secret", "rescued")
    cloud.until(server, "RESCUE")
    mount = "mkdir -p /tmp/own && mount /dev/vdb2 /tmp/own"
    seen = cloud.ssh(
        "rescued", f"ls /root/file; {mount} && cat /tmp/own/root/file && echo mended > /tmp/own/new"
    )
    assert seen == "still here"
    cloud.ssh("rescued", "umount /tmp/own; sync; touch /root/lost; sync")
    cloud.openstack("server", "unrescue", "rescued")
    cloud.until(server, "ACTIVE")
    assert cloud.ssh("rescued", "cat /root/file /new; ls /root/lost; true") == (
        "still here\nmended"
    )
    assert not list((cloud.path / "instances" / server).glob("*rescue*"))
