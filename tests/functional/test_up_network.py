"""The part ``network``: OVN carries what Neutron describes."""

import json
import os
import signal
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest

from computeapi.virt.cloud_switch import CloudSwitch
from computeapi.virt.libvirt import emulator
from tests.functional.clouds import eventually, processes_of
from tests.functional.plugged import GUEST, Machine, options_of, refused, vsctl

#: Seconds after which the switch forgets a connection that was refused, and a little more.
FORGOTTEN = 10.6


@pytest.fixture(scope="module")
def cloud(parts_cloud):
    return parts_cloud


@contextmanager
def bound_port(cloud, name, on="private"):
    """Provide a port of a network, bound to the host of the cloud for a server."""
    network = cloud.connection().network
    found = network.find_network(on, ignore_missing=False)
    port = network.create_port(network_id=found.id, name=name)
    bound = {"binding_host_id": cloud.settings["host"], "device_owner": "compute:nova"}
    try:
        yield cloud.admin.network.update_port(port, **bound, device_id=str(uuid.uuid4()))
    finally:
        # Neutron lets a user delete no port that a server has.
        cloud.admin.network.delete_port(port)


@contextmanager
def machine(cloud, name, on="private"):
    """Provide a machine at a port of a network."""
    with bound_port(cloud, name, on) as port:
        made = Machine(cloud, port)
        try:
            network = cloud.connection().network
            eventually(f"{name} active", lambda: network.get_port(port).status == "ACTIVE")
            yield made
        finally:
            made.unplug(cloud)


def test_clients_find_the_networks(cloud):
    listed = cloud.openstack("network", "list", "-f", "value", "-c", "Name").split()
    assert sorted(listed) == ["private", "public"]
    network = cloud.connection().network
    assert [router.status for router in network.routers()] == ["ACTIVE"]
    assert [group.name for group in network.security_groups()] == ["default"]
    assert cloud.admin.network.find_network("public").is_default


def test_status_shows_the_processes(cloud):
    shown = cloud.command("status").stdout
    for name in (
        "slirp4netns",
        "ovsdb-server",
        "ovs-vswitchd",
        "ovn-controller",
        "neutron",
        "metadata-proxy",
    ):
        assert any(line.split()[:1] == [name] and "answers" in line for line in shown.splitlines())


def test_a_port_gets_its_lease_and_is_reached_by_a_floating_ip(cloud):
    network = cloud.connection().network
    public = network.find_network("public", ignore_missing=False)
    with machine(cloud, "first") as first, machine(cloud, "second") as second:
        offer = first.lease()
        assert offer["address"] == first.port.fixed_ips[0]["ip_address"]
        gateway = offer["resolvers"][0]
        address = second.lease()["address"]
        # Members of the default group reach each other: the one refuses what the other asks.
        assert first.connect(address, 22) == ["ConnectionRefusedError"]
        # The world is behind the gateway, which serves nothing but names.
        assert first.connect(gateway, 9) == ["ConnectionRefusedError"]
        floating = network.create_ip(floating_network_id=public.id, port_id=first.port.id)
        group = network.find_security_group("default", ignore_missing=False)
        rule = network.create_security_group_rule(
            security_group_id=group.id, direction="ingress", protocol="tcp", port_range_min=24,
            port_range_max=24,
        )  # fmt: skip
        eventually("the rule", lambda: refused(cloud, floating.floating_ip_address, 24))
        assert not refused(cloud, floating.floating_ip_address, 23)
        network.delete_security_group_rule(rule)
        network.delete_ip(floating)


#: Asks the metadata service at an address again and again until it answers; prints the status.
ASK = """
import http.client, json, socket, sys, time
for attempt in range(60):
    try:
        connection = http.client.HTTPConnection(sys.argv[1], 80, timeout=2)
        connection.request("GET", sys.argv[2], headers={"X-Instance-ID": "forged"})
        print(json.dumps(connection.getresponse().status))
        break
    except OSError:
        time.sleep(0.5)
else:
    sys.exit("no answer")
"""


@contextmanager
def dual_network(cloud):
    """Provide a network with IPv4 and IPv6; on others, OVN lets guests send no IPv6 at all."""
    network = cloud.connection().network
    made = network.create_network(name="dual")
    slaac = {"ipv6_ra_mode": "slaac", "ipv6_address_mode": "slaac"}
    network.create_subnet(network_id=made.id, ip_version=4, cidr="10.250.0.0/24")
    network.create_subnet(network_id=made.id, ip_version=6, cidr="fd00:250::/64", **slaac)
    yield made
    network.delete_network(made)


def test_the_metadata_service_is_there_by_ipv4_and_ipv6(cloud):
    with dual_network(cloud) as dual, machine(cloud, "metadata", dual.name) as found:
        found.lease()
        ports = cloud.admin.network.ports(network_id=dual.id)
        (way,) = (port for port in ports if port.device_owner == "network:distributed")
        (via,) = (ip["ip_address"] for ip in way.fixed_ips if ":" not in ip["ip_address"])
        # As the routes of the lease say, which this machine does not read.
        found.run("ip", "route", "add", "169.254.169.254/32", "via", via)
        for address in ("169.254.169.254", "fe80::a9fe:a9fe%e0"):
            # There is no server with the port's device, and no header of the guest counts.
            asked = found.run(sys.executable, "-c", ASK, address, "/latest/meta-data")
            assert json.loads(asked) == 404, address
            asked = found.run(sys.executable, "-c", ASK, address, "/")
            assert json.loads(asked) == 200, address
        proxies = processes_of(f"metadata_proxy\0{cloud.path}")
        for proxy in proxies:
            os.kill(proxy, signal.SIGKILL)
        eventually(
            "another proxy",
            lambda: set(processes_of(f"metadata_proxy\0{cloud.path}")) - set(proxies),
        )
        asked = found.run(sys.executable, "-c", ASK, "169.254.169.254", "/")
        assert json.loads(asked) == 200
    eventually("no link", lambda: "mta" not in vsctl(cloud, "list-ports", "br-int"))


def test_the_switch_survives_connections_that_come_again_when_they_are_forgotten(cloud):
    # Open vSwitch 3.1.0 aborts at the second or third one, unless the part avoids that.
    switch = processes_of(f"{cloud.path}/network/run/vswitchd.ctl")
    with machine(cloud, "again") as again:
        gateway = again.lease()["resolvers"][0]
        ends = again.connect(gateway, 9, times=3, gap=FORGOTTEN)
    assert ends == ["ConnectionRefusedError"] * 3
    assert processes_of(f"{cloud.path}/network/run/vswitchd.ctl") == switch
    assert vsctl(cloud, "get", "Open_vSwitch", ".", "datapaths")


def test_a_guest_has_its_tap_without_privilege_and_gets_its_lease(cloud):
    options = options_of(cloud)
    switch = CloudSwitch(Path(options["namespace"]), options["ovsdb"], options["ovs_vsctl"])
    with bound_port(cloud, "guest") as port:
        card = port.device_id, port.id, port.mac_address, 1500
        tap = switch.plug(*card)
        assert switch.plug(*card) == tap
        # As libvirt starts QEMU: by our wrapper, with what it needs to know in the environment.
        wrapper = [sys.executable, "-I", emulator.__file__, "/etc/resolv.conf"]
        done = subprocess.run(
            [*wrapper, sys.executable, "-c", GUEST, tap, port.mac_address],
            env=os.environ | {emulator.CLOUD: options["namespace"]},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert told == {"capabilities": 0, "address": port.fixed_ips[0]["ip_address"]}
        switch.unplug(port.id)
        switch.unplug(port.id)
        assert tap not in switch.taps()
    assert tap not in vsctl(cloud, "list-ports", "br-int").split()
