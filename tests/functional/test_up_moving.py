"""Servers that are paused, suspended, locked, shelved and resized by the real client."""

import json
import subprocess

import pytest

from tests.functional.clouds import eventually, processes_of

# The client warns of what it calls itself.
pytestmark = pytest.mark.filterwarnings("ignore:::openstack")

#: Prints a line a second to the serial console, whatever becomes of the session.
TICK = "(trap '' HUP; while :; do echo tick; sleep 1; done) > /dev/console 2>&1 < /dev/null &"


@pytest.fixture(scope="module")
def cloud(shared_cloud):
    return shared_cloud


@pytest.fixture(scope="module")
def server(cloud):
    """The id of a server with a file that its user wrote."""
    with cloud.server("moving") as server:
        cloud.ssh("moving", "echo still here > /root/file; sync")
        yield server


def ticks(cloud, server):
    return cloud.console_log(server).count("tick")


def is_still_there(cloud):
    return cloud.ssh("moving", "cat /root/file") == "still here"


def test_a_paused_guest_does_not_go_on(cloud, server):
    cloud.ssh("moving", TICK)
    eventually("ticks", lambda: ticks(cloud, server) > 1)
    cloud.openstack("server", "pause", "moving")
    cloud.until(server, "PAUSED")
    before = ticks(cloud, server)
    # The client takes longer than several ticks of a guest that runs.
    assert cloud.openstack("console", "log", "show", "moving").count("tick") == before
    assert ticks(cloud, server) == before
    assert processes_of(server)
    cloud.openstack("server", "unpause", "moving")
    cloud.until(server, "ACTIVE")
    eventually("more ticks", lambda: ticks(cloud, server) > before)


def test_a_suspended_guest_has_no_process_and_goes_on_where_it_was(cloud, server):
    boot = cloud.ssh("moving", "cat /proc/sys/kernel/random/boot_id")
    cloud.openstack("server", "suspend", "moving")
    cloud.until(server, "SUSPENDED")
    assert not processes_of(server)
    cloud.openstack("server", "resume", "moving")
    cloud.until(server, "ACTIVE")
    assert cloud.ssh("moving", "cat /proc/sys/kernel/random/boot_id") == boot


def test_a_locked_server_is_left_alone(cloud, server):
    cloud.openstack("server", "lock", "moving")
    for action in ("stop", "delete"):
        with pytest.raises(AssertionError, match="is locked"):
            cloud.openstack("server", action, "moving")
    assert cloud.status(server) == "ACTIVE"
    cloud.openstack("server", "unlock", "moving")
    cloud.openstack("server", "stop", "moving")
    cloud.until(server, "SHUTOFF")
    cloud.openstack("server", "start", "moving")
    cloud.until(server, "ACTIVE")


def test_a_shelved_guest_leaves_its_host_and_has_its_disk_again(cloud, server):
    images = cloud.connection().image
    cloud.openstack("server", "shelve", "--wait", "moving")
    cloud.until(server, "SHELVED_OFFLOADED")
    assert not processes_of(server)
    assert not list((cloud.path / "instances").glob(f"*{server}*"))
    assert images.find_image("moving-shelved").status == "active"
    cloud.openstack("server", "unshelve", "--wait", "moving")
    assert is_still_there(cloud)
    eventually("the end of the image", lambda: images.find_image("moving-shelved") is None)
    disk = cloud.path / "instances" / server / "disk"
    command = ["qemu-img", "info", "--force-share", "--output=json", str(disk)]
    assert "backing-filename" not in json.loads(subprocess.check_output(command))


def test_a_resized_guest_has_its_new_size_and_its_disk(cloud, server):
    flavor = ["--ram", "192", "--vcpus", "2", "--disk", "2", "two"]
    cloud.openstack_admin("flavor", "create", *flavor)
    assert cloud.ssh("moving", "nproc; cat /sys/block/vda/size") == "1\n2097152"
    cloud.openstack("server", "resize", "--flavor", "two", "--wait", "moving")
    assert cloud.status(server) == "VERIFY_RESIZE"
    assert cloud.ssh("moving", "nproc; cat /sys/block/vda/size") == "2\n4194304"
    memory = int(cloud.ssh("moving", "awk '/MemTotal/ {print $2}' /proc/meminfo"))
    assert 128 * 1024 < memory < 192 * 1024
    assert is_still_there(cloud)
    cloud.openstack("server", "resize", "revert", "moving")
    cloud.until(server, "ACTIVE")
    assert cloud.ssh("moving", "nproc; cat /sys/block/vda/size") == "1\n2097152"
    assert is_still_there(cloud)
    cloud.openstack("server", "resize", "--flavor", "two", "--wait", "moving")
    cloud.openstack("server", "resize", "confirm", "moving")
    cloud.until(server, "ACTIVE")
    assert cloud.ssh("moving", "nproc") == "2"
    assert is_still_there(cloud)
    left = [path.name for path in (cloud.path / "instances").iterdir()]
    assert left == [server]
    cloud.openstack("server", "delete", "--wait", "moving")
    assert not list(cloud.path.rglob(f"*{server}*"))
