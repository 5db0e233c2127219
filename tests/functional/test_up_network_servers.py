"""Servers in a cloud with the part ``network``: their cards are taps of the cloud's switch."""

import socket
from contextlib import contextmanager

import pytest

from tests.functional.clouds import eventually
from tests.functional.plugged import vsctl


@pytest.fixture(scope="module")
def cloud(parts_cloud):
    if not parts_cloud.is_real:
        pytest.skip("guests cannot run here")
    return parts_cloud


@contextmanager
def reachable(cloud, port_id):
    """Provide a floating IP that leads to port 22 of a server's port."""
    network = cloud.connection().network
    public = network.find_network("public", ignore_missing=False)
    group = network.find_security_group("default", ignore_missing=False)
    rule = network.create_security_group_rule(
        security_group_id=group.id, direction="ingress", protocol="tcp", port_range_min=22,
        port_range_max=22,
    )  # fmt: skip
    floating = network.create_ip(floating_network_id=public.id, port_id=port_id)
    yield floating.floating_ip_address
    network.delete_ip(floating)
    network.delete_security_group_rule(rule)


def greets(address):
    """Return whether the sshd of a guest answers at an address."""
    try:
        with socket.create_connection((address, 22), timeout=5) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def taps(cloud):
    """Return the taps of guests in the switch."""
    return {name for name in vsctl(cloud, "list-ports", "br-int").split() if name[:3] == "tap"}


def test_a_server_is_reached_by_a_floating_ip_and_gets_another_interface(cloud):
    compute, network = cloud.connection().compute, cloud.connection().network
    before = taps(cloud)
    private = network.find_network("private", ignore_missing=False)
    with cloud.server("networked") as server:
        (port,) = network.ports(device_id=server)
        (shown,) = compute.get_server(server).addresses["private"]
        assert shown["addr"] == port.fixed_ips[0]["ip_address"]
        with reachable(cloud, port.id) as address:
            eventually("ssh", lambda: greets(address), within=300)
            eventually(
                "the address", lambda: len(compute.get_server(server).addresses["private"]) == 2
            )
            added = compute.create_server_interface(server, net_id=private.id)
            assert len(taps(cloud) - before) == 2
            compute.delete_server_interface(added, server=server)
            eventually("one interface", lambda: len(taps(cloud) - before) == 1)
            assert greets(address)
    assert taps(cloud) == before
    assert [one.id for one in network.ports(device_id=server)] == []
