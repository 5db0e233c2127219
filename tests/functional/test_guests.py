"""Guests of the test image: what they reach, know and are made of."""

import contextlib
import json

import pytest

from tests.listeners import Listeners, own_address

# The client warns of what it calls itself.
pytestmark = pytest.mark.filterwarnings("ignore:::openstack")


@pytest.fixture(scope="module")
def cloud(shared_cloud):
    return shared_cloud


@pytest.fixture(scope="module")
def server(cloud):
    with cloud.server("curious") as server:
        yield server


#: Addresses that lead to the host from one user-mode network or another.
GATEWAYS = ("10.0.2.2", "10.0.2.3", "10.0.2.4", "[fec0::2]", "169.254.77.2", "127.0.0.1", "0.0.0.0")


def wget_and_tftp(host, port):
    """Return a command of the guest that reaches for a port by TCP and by UDP."""
    udp = f"timeout 2 tftp -g -l /tmp/x -r x {host.strip('[]')} {port}"
    return f"wget -T 5 -qO- http://{host}:{port}/; {udp}"


def test_a_server_reaches_the_world_and_not_the_host(cloud, server):
    address = own_address()
    if not address:
        pytest.skip("this machine has no address but loopback addresses")
    loopback, world = Listeners(["127.0.0.1", "::1"]), Listeners([address])
    with contextlib.closing(loopback), contextlib.closing(world):
        tries = [wget_and_tftp(host, loopback.port) for host in GATEWAYS]
        tries.append(wget_and_tftp(address, world.port))
        cloud.ssh("curious", "; ".join(tries) + "; true")
        assert loopback.reached() == set()
        if "reach nothing themselves" not in cloud.said():
            assert world.reached() == world.everything()


def test_a_guest_of_the_test_image_knows_its_names(cloud, server):
    assert cloud.ssh("curious", "wget -T 5 -qO- http://127.0.0.1:9/; echo $?").endswith("1")
    for name in ("localhost", "curious"):
        assert cloud.ssh("curious", f"ping -c 1 -w 5 {name} | grep -c ' 0% packet loss'") == "1"
    assert cloud.ssh("curious", "cat /etc/resolv.conf") == "nameserver 10.0.2.3"


def test_a_guest_reads_its_own_metadata(cloud, server):
    if "reach nothing themselves" in cloud.said():
        pytest.skip("guests reach nothing on this machine")
    url = "http://169.254.169.254/openstack/latest/meta_data.json"
    found = json.loads(cloud.ssh("curious", f"wget -T 60 -qO- {url}"))
    assert (found["uuid"], found["hostname"]) == (server, "curious")


@pytest.fixture
def shaped(cloud):
    """A server of which flavor and image asked for certain hardware."""
    admin = cloud.admin
    flavor = admin.compute.create_flavor(name="shaped", ram=128, vcpus=2, disk=1)
    admin.compute.create_flavor_extra_specs(flavor, {"hw:cpu_cores": "2"})
    image = admin.image.find_image(cloud.settings["images"][0], ignore_missing=False)
    with contextlib.ExitStack() as stack:
        with contextlib.ExitStack() as soon:
            soon.callback(admin.image.update_image, image, hw_disk_bus="virtio")
            soon.callback(admin.compute.delete_flavor, flavor)
            admin.image.update_image(image, hw_disk_bus="scsi", hw_vif_model="virtio")
            stack.enter_context(cloud.server("shaped", "shaped"))
        yield


def test_a_guest_has_the_hardware_that_its_flavor_and_its_image_ask_for(cloud, shaped):
    # The flavor is deleted and the image changed by now: the server keeps the hardware it got.
    cloud.openstack("server", "reboot", "--hard", "--wait", "shaped")
    looks = (
        "awk '/cpu cores/ {print $4; exit}' /proc/cpuinfo",
        "cat /sys/devices/system/cpu/cpu*/topology/physical_package_id | sort -u | wc -l",
        "ls /dev/sda",
        "ls /sys/block | grep -c ^vd",
        "cat /sys/class/misc/hw_random/rng_current",
    )
    seen = cloud.ssh("shaped", "; ".join(looks)).split()
    assert seen == ["2", "1", "/dev/sda", "0", "virtio_rng.0"]
