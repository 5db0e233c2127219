"""Servers in a cloud with the part ``network``: their cards are taps of the cloud's switch."""

import json

import pytest

from tests.functional.clouds import eventually
from tests.functional.plugged import vsctl


@pytest.fixture(scope="module")
def cloud(parts_cloud):
    if not parts_cloud.is_real:
        pytest.skip("guests cannot run here")
    return parts_cloud


def taps(cloud):
    """Return the taps of guests in the switch."""
    return {name for name in vsctl(cloud, "list-ports", "br-int").split() if name[:3] == "tap"}


#: Reads a path of the metadata service, in a guest.
READ = "wget -qO- http://169.254.169.254"


def test_a_guest_finds_the_metadata_of_its_server_and_no_other(cloud):
    compute = cloud.compute
    with cloud.server("curious") as server, cloud.server("other"):
        found = json.loads(cloud.ssh("curious", f"{READ}/openstack/latest/meta_data.json"))
        assert (found["uuid"], found["hostname"]) == (server, "curious")
        drive = "mount $(findfs LABEL=config-2) /mnt; cat /mnt/openstack/latest/meta_data.json"
        on_drive = json.loads(cloud.ssh("curious", drive))
        for document in (found, on_drive):
            assert document.pop("random_seed")
        # The drive alone has what others on the network, or in the guest, are not to read.
        assert on_drive.pop("admin_pass")
        assert found == on_drive
        assert cloud.ssh("curious", f"{READ}/latest/meta-data/local-hostname") == "curious"
        (shown, *_) = compute.get_server(server).addresses["private"]
        assert cloud.ssh("curious", f"{READ}/latest/meta-data/local-ipv4") == shown["addr"]
        assert cloud.ssh("other", f"{READ}/latest/meta-data/hostname") == "other"


def test_a_server_is_reached_by_a_floating_ip_and_gets_another_interface(cloud):
    compute, network = cloud.connection().compute, cloud.connection().network
    before = taps(cloud)
    private = network.find_network("private", ignore_missing=False)
    with cloud.server("networked") as server:
        (port,) = network.ports(device_id=server)
        (shown,) = compute.get_server(server).addresses["private"]
        assert shown["addr"] == port.fixed_ips[0]["ip_address"]
        assert cloud.ssh("networked", "hostname") == "networked"
        fixed, floating = compute.get_server(server).addresses["private"]
        assert fixed["addr"] == shown["addr"]
        assert floating["OS-EXT-IPS:type"] == "floating"
        added = compute.create_server_interface(server, net_id=private.id)
        assert len(taps(cloud) - before) == 2
        compute.delete_server_interface(added, server=server)
        eventually("one interface", lambda: len(taps(cloud) - before) == 1)
        assert cloud.ssh("networked", "hostname") == "networked"
    assert taps(cloud) == before
    assert [one.id for one in network.ports(device_id=server)] == []
