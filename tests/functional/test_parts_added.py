"""Parts that come to a cloud with servers, come again with it, and go with one cloud alone."""

import pytest

from tests.functional.clouds import TIMEOUT, eventually, processes_of, temporary_cloud
from tests.functional.plugged import vsctl

PARTS = ("neutron", "cinder")


def check_answering(cloud):
    """Check that the processes of the parts answer, as the status shows."""
    rows = {line.split()[0]: line for line in cloud.command("status").stdout.splitlines() if line}
    assert all("answers" in rows[part] for part in PARTS), rows


def guest_of(server):
    """Return the process of a server's guest."""
    (found,) = processes_of(f"-uuid\0{server}")
    return found


@pytest.fixture(scope="module")
def cloud():
    """Provide a cloud that got its parts when it had a server, and another front end with them."""
    with temporary_cloud(is_measured=False) as cloud:
        cloud.up("falcon")
        if not cloud.is_real:
            pytest.skip("no QEMU here")
        cloud.early = cloud.create("early")
        guest = guest_of(cloud.early)
        cloud.up("pecan", "--with", "network,volume")
        connection = cloud.connection()
        if not all(connection.has_service(kind) for kind in ("network", "block-storage")):
            pytest.skip(f"a part cannot run here: {cloud.said()}")
        assert guest_of(cloud.early) == guest
        yield cloud


def check_another(cloud):
    """Check that another cloud beside one has networks and servers of its own."""
    with temporary_cloud(is_measured=False) as other:
        other.up("falcon", "--driver", "fake", "--with", "network")
        with other.server("other") as server:
            (port,) = other.connection().network.ports(device_id=server)
            assert port.id not in {found.id for found in cloud.admin.network.ports()}
        check_answering(cloud)


def test_servers_from_before_stay_beside_new_ones(cloud):
    check_answering(cloud)
    connection = cloud.connection()
    network, volumes = connection.network, connection.block_storage
    with cloud.server("later") as later:
        (port,) = network.ports(device_id=later)
        volume = connection.create_volume(1, wait=True)
        connection.compute.create_volume_attachment(later, volume=volume)
        eventually("in use", lambda: volumes.get_volume(volume).status == "in-use")
        guests = guest_of(cloud.early), guest_of(later)
        # The state folder remembers the parts.
        cloud.up("falcon")
        check_answering(cloud)
        assert (guest_of(cloud.early), guest_of(later)) == guests
        assert cloud.status(cloud.early) == cloud.status(later) == "ACTIVE"
        assert network.get_port(port).status == "ACTIVE"
        assert list(cloud.compute.server_interfaces(cloud.early)) == []
        assert cloud.ssh("later", "ls /sys/block").split().count("vdb") == 1
        check_another(cloud)
        assert cloud.ssh("later", "hostname") == "later"
        console = cloud.console_log
        eventually("the guest", lambda: "login:" in console(cloud.early), within=3 * TIMEOUT)
    eventually("available", lambda: volumes.get_volume(volume).status == "available")
    connection.delete_volume(volume.id, wait=True)
    assert "tap" not in vsctl(cloud, "list-ports", "br-int")
    cloud.delete(cloud.early)
