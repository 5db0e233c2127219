"""Neutron, over HTTP: a small one of the tests' own stands in for it, and for Keystone."""

import json
from dataclasses import asdict
from types import SimpleNamespace

import pytest

from computeapi import network
from computeapi.domain import errors
from computeapi.domain.context import Context
from computeapi.domain.server_ports import (
    BoundPort,
    FloatingAddress,
    NewPort,
    PortSubnet,
    ServerPort,
)
from computeapi.ports.network import NetworkRequest

CALLER = Context("alice", "p1", "req-1", frozenset({"member"}), token="alice:p1:member")
ADMIN = Context("root", "p1", "req-1", frozenset(), is_admin=True, token="root:p1:admin")
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def service(neutron_conf):
    return network.load(neutron_conf)


@pytest.fixture
def plan(service):
    def plan(networks=None, groups=("default",), count=1, most=None, caller=CALLER):
        return service.plan(caller, NetworkRequest(networks, list(groups), count, most or count))

    return plan


def test_the_only_network_of_a_project_is_its_servers(neutron, plan):
    network_id = neutron.network("private")
    neutron.network("another", project="p2")
    neutron.network("public", project="admin", shared=False, **{"router:external": True})
    for networks in (None, [], "auto"):
        assert plan(networks).ports == [NewPort(network_id)]
    found = plan(None)
    assert (found.security_groups, found.max_servers) == (["default"], None)
    assert neutron.ports == []


def test_there_are_no_networks_to_choose_from(neutron, plan):
    assert plan(None).ports == []
    assert neutron.kept["networks"] == {}
    (port,) = plan("auto").ports
    assert neutron.kept["networks"][port.network_id]["name"] == "auto_allocated_network"
    assert plan("auto").ports == [port]


def test_a_network_cannot_be_made(neutron, plan):
    neutron.extensions = set()
    with pytest.raises(errors.Invalid):
        plan("auto")


def test_there_are_several_networks_to_choose_from(neutron, plan):
    first, second = neutron.network("one"), neutron.network("two", project="p2", shared=True)
    for networks in (None, "auto"):
        with pytest.raises(errors.Conflict) as refused:
            plan(networks)
        assert "Multiple possible networks" in refused.value.message
    both = [{"uuid": second}, {"uuid": first}, {"uuid": second}]
    assert [port.network_id for port in plan(both).ports] == [second, first, second]


def test_no_networks_are_wanted(neutron, plan):
    neutron.network("one")
    assert (plan("none").ports, plan("none").security_groups) == ([], [])


def test_networks_ports_addresses_and_tags(neutron, plan):
    network_id, web = neutron.network("private"), neutron.group("web")
    port_id = neutron.port(network_id)
    wanted = [
        {"uuid": network_id, "fixed_ip": "192.0.2.77", "tag": "in"},
        {"port": port_id, "tag": "out"},
    ]
    found = plan(wanted, groups=[web])
    assert found.ports == [
        NewPort(network_id, None, "192.0.2.77", "in", (web,)),
        NewPort(network_id, port_id, None, "out"),
    ]
    assert found.security_groups == ["web"]


def test_groups_by_name_and_by_id(neutron, plan):
    neutron.network("private")
    web, ssh = neutron.group("web"), neutron.group("ssh")
    found = plan(groups=["web", ssh, web])
    assert found.security_groups == ["web", "ssh"]
    assert found.ports[0].security_groups == (web, ssh)
    neutron.group("web")
    with pytest.raises(errors.Conflict):
        plan(groups=["web"])
    assert plan(groups=[web]).security_groups == ["web"]
    for other in (neutron.group("theirs", project="p2"), "theirs"):
        with pytest.raises(errors.Invalid, match="not found for project p1"):
            plan(groups=[other])


def refused_networks(neutron):
    """Return what is wrong with networks that a request names: (networks, error, part of it)."""
    network_id = neutron.network("private")
    hidden = neutron.network("hidden", project="p2")
    bare = neutron.network("bare", cidr=None)
    public = neutron.network("public", project="p2", **{"router:external": True})
    used = neutron.port(network_id, device_id="other", fixed_ips=[{"ip_address": "192.0.2.9"}])
    free, foreign = neutron.port(network_id), neutron.port(hidden, project="p2")
    addressless = neutron.port(bare)
    hardware = neutron.port(network_id, **{"binding:vnic_type": "direct"})
    invalid = errors.Invalid
    return {
        "an unknown network": ([{"uuid": UNKNOWN}], invalid, "could not be found"),
        "another project's": ([{"uuid": hidden}], invalid, "could not be found"),
        "an external one": ([{"uuid": public}], invalid, "could not be found"),
        "one without a subnet": ([{"uuid": bare}], invalid, "requires a subnet"),
        "nothing": ([{"tag": "x"}], invalid, "missing 'uuid'"),
        "an unknown port": ([{"port": UNKNOWN}], invalid, "could not be found"),
        "another project's port": ([{"port": foreign}], invalid, "could not be found"),
        "a port in use": ([{"port": used}], errors.Conflict, "is still in use"),
        "a port twice": ([{"port": free}, {"port": free}], errors.Conflict, "is still in use"),
        "a port without address": ([{"port": addressless}], invalid, "requires a FixedIP"),
        "a port of hardware": ([{"port": hardware}], invalid, "vnic_type is direct"),
        "a port and an address": (
            [{"port": free, "fixed_ip": "192.0.2.8"}], invalid, "cannot be used with port"
        ),
        "an address in use": (
            [{"uuid": network_id, "fixed_ip": "192.0.2.9"}], invalid, "already in use"
        ),
    }  # fmt: skip


CASES = (
    "an unknown network", "another project's", "an external one", "one without a subnet", "nothing",
    "an unknown port", "another project's port", "a port in use", "a port twice",
    "a port without address", "a port of hardware", "a port and an address", "an address in use",
)  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_networks_that_do_not_do(neutron, plan, case):
    cases = refused_networks(neutron)
    assert set(cases) == set(CASES)
    networks, error, message = cases[case]
    with pytest.raises(error, match=message):
        plan(networks)


def test_a_port_of_another_project_is_for_nobody(neutron, plan):
    foreign = neutron.port(neutron.network("shared", shared=True), project="p2", shared=True)
    for caller in (CALLER, ADMIN):
        with pytest.raises(errors.Invalid, match="not one of the server's project"):
            plan([{"port": foreign}], caller=caller)


def test_a_port_that_is_to_have_no_address(neutron, plan):
    bare = neutron.network("bare", cidr=None)
    for allocation in ("deferred", "none"):
        port_id = neutron.port(bare, ip_allocation=allocation)
        assert plan([{"port": port_id}]).ports == [NewPort(bare, port_id)]


@pytest.mark.parametrize("way", ["uuid", "port", "only"])
def test_groups_need_port_security(neutron, plan, way):
    network_id = neutron.network("open", port_security_enabled=False)
    named = {"uuid": network_id, "port": neutron.port(network_id)}
    wanted = None if way == "only" else [{way: named[way]}]
    neutron.group("web")
    found = plan(wanted)
    assert (len(found.ports), found.security_groups) == (1, ["default"] if way == "port" else [])
    for groups in (["web"], ["default", "web"]):
        if "default" in groups:
            neutron.group("default")
        with pytest.raises(errors.Invalid, match="without port security"):
            plan(wanted, groups=groups)


def test_an_external_network_is_for_administrators(neutron, plan):
    public = neutron.network("public", **{"router:external": True})
    with pytest.raises(errors.Forbidden):
        plan([{"uuid": public}])
    assert plan([{"uuid": public}], caller=ADMIN).ports == [NewPort(public)]


def test_several_servers_cannot_share_a_port_or_an_address(neutron, plan):
    network_id = neutron.network("private")
    for one in ({"port": neutron.port(network_id)}, {"uuid": network_id, "fixed_ip": "192.0.2.7"}):
        with pytest.raises(errors.Invalid):
            plan([one], count=1, most=2)
        assert len(plan([one]).ports) == 1


def test_the_quota_of_ports(neutron, plan):
    network_id = neutron.network("private")
    neutron.port_quota = 5
    given = neutron.port(network_id)
    two = [{"uuid": network_id}, {"uuid": network_id}]
    assert plan(two, count=1, most=10).max_servers == 2
    with pytest.raises(errors.QuotaExceeded, match="Maximum number of ports exceeded"):
        plan(two, count=3)
    neutron.port_quota = 1
    assert plan([{"port": given}]).max_servers is None


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_neutron_is_of_no_use_now(neutron, plan, status):
    neutron.network("private")
    neutron.status = status
    kind = errors.Forbidden if status == 401 else errors.NetworkUnreachable
    with pytest.raises(kind):
        plan(None)


def test_a_caller_without_a_token(plan):
    with pytest.raises(errors.Forbidden):
        plan(None, caller=Context("alice", "p1", "req-1"))


# The ports of a server, as a worker has them


@pytest.fixture
def binding(neutron_conf):
    return network.load_ports(neutron_conf)


SERVER = SimpleNamespace(
    id="11111111-0000-4000-8000-000000000000",
    project_id="p1",
    availability_zone="nova",
    hostname="web-1",
    interfaces=[],
)


def row(network_id, port_id=None, number=1, **fields):
    return ServerPort(
        f"{number}-row", SERVER.id, number, network_id, port_id, port_id is None, **fields
    )


def test_a_port_is_made_once(neutron, binding):
    network_id, web = neutron.network("private"), neutron.group("web")
    wanted = row(network_id, fixed_ip="192.0.2.77", security_groups=[web])
    bound = binding.bind(SERVER, wanted, "h1")
    (port,) = neutron.ports
    shown = {
        "device_id": SERVER.id, "device_owner": "compute:nova", "binding:host_id": "h1",
        "dns_name": "web-1", "project_id": "p1", "security_groups": [web],
    }  # fmt: skip
    assert shown.items() <= port.items()
    assert (bound.port_id, bound.network_name, bound.mtu) == (port["id"], "private", 1442)
    assert bound.addresses == ("192.0.2.77",)
    # The worker died before it recorded the port's id, or its host.
    assert binding.bind(SERVER, wanted, "h1") == bound
    wanted.port_id = port["id"]
    assert binding.bind(SERVER, wanted, "h2") == bound
    assert [port["binding:host_id"] for port in neutron.ports] == ["h2"]


def test_a_port_is_described_with_its_subnets(neutron, binding):
    network_id = neutron.network("private")
    (subnet_id,) = neutron.kept["networks"][network_id]["subnets"]
    neutron.kept["subnets"][subnet_id].update(
        gateway_ip="192.0.2.254",
        enable_dhcp=False,
        dns_nameservers=["8.8.8.8"],
        host_routes=[{"destination": "10.0.0.0/8", "nexthop": "192.0.2.9"}],
    )
    bound = binding.bind(SERVER, row(network_id), "h1")
    routes = (("10.0.0.0/8", "192.0.2.9"),)
    assert bound.subnets == (
        PortSubnet("192.0.2.1", "192.0.2.0/24", "192.0.2.254", False, None, ("8.8.8.8",), routes),
    )
    kept = json.loads(json.dumps(asdict(bound)))
    assert BoundPort.of(kept) == bound
    del kept["subnets"]
    assert BoundPort.of(kept).subnets == ()


def test_a_port_that_is_given(neutron, binding):
    neutron.extensions = set()
    port_id = neutron.port(neutron.network("private"))
    given = row(neutron.ports[0]["network_id"], port_id)
    bound = binding.bind(SERVER, given, "h1")
    assert bound.port_id == port_id
    assert neutron.ports[0]["device_id"] == SERVER.id
    assert "dns_name" not in neutron.ports[0]
    neutron.kept["ports"][port_id]["device_id"] = "another"
    with pytest.raises(errors.Conflict, match="still in use"):
        binding.bind(SERVER, given, "h1")
    neutron.remove("ports", port_id)
    with pytest.raises(errors.NotFound):
        binding.bind(SERVER, given, "h1")


def test_a_port_cannot_be_had(neutron, binding):
    wanted = row(neutron.network("private"))
    neutron.unbindable = {"h1"}
    with pytest.raises(errors.Error, match="Binding failed"):
        binding.bind(SERVER, wanted, "h1")
    binding.release(SERVER.id, [wanted])
    assert neutron.ports == []
    neutron.port_quota = 0
    with pytest.raises(errors.QuotaExceeded, match="Maximum number of ports exceeded"):
        binding.bind(SERVER, wanted, "h2")


def test_ports_are_released(neutron, binding):
    network_id = neutron.network("private")
    given = row(network_id, neutron.port(network_id), 2)
    unrelated = neutron.port(network_id, device_id=SERVER.id)
    own, lost = row(network_id), row(network_id, number=3)
    for port in (given, own, lost):
        binding.bind(SERVER, port, "h1")
    assert [made.server_id for made in binding.made_on("h1")] == 2 * [SERVER.id]
    own.port_id = next(p["id"] for p in neutron.ports if p["description"].endswith(own.id))
    neutron.kept["ports"][own.port_id]["description"] = "in the owner's words"
    # A port that was given may have been one that was made, for another server.
    neutron.kept["ports"][given.port_id]["description"] = "computeapi:another-row"
    binding.release(SERVER.id, [own, given])
    assert {port["id"] for port in neutron.ports} == {given.port_id, unrelated}
    kept = neutron.kept["ports"][given.port_id]
    assert (kept["device_id"], kept["device_owner"], kept["binding:host_id"]) == ("", "", "")
    assert binding.made_on("h1") == []
    binding.release(SERVER.id, [own, given])
    # It has another server by now.
    kept["device_id"] = "another"
    binding.release_one(given)
    assert kept["device_id"] == "another"


def test_one_port_is_released(neutron, binding):
    network_id = neutron.network("private")
    own, given = row(network_id), row(network_id, neutron.port(network_id), 2)
    for port in (own, given):
        binding.bind(SERVER, port, "h1")
        binding.release_one(port)
        binding.release_one(port)
    assert [(port["id"], port["device_id"]) for port in neutron.ports] == [(given.port_id, "")]


def test_ports_are_described_with_their_floating_ips(neutron, binding, service):
    wanted = row(neutron.network("private"))
    wanted.port_id = binding.bind(SERVER, wanted, "h1").port_id
    neutron.floating("203.0.113.5")
    service.add_floating_ip(CALLER, SERVER, "203.0.113.5", None)
    gone = row(wanted.network_id, UNKNOWN, 2)
    found = binding.describe([wanted, gone])
    assert list(found) == [wanted.id]
    assert found[wanted.id].floating == (FloatingAddress("203.0.113.5", "192.0.2.1"),)
    shown = [(one["addr"], one["type"], one["version"]) for one in found[wanted.id].shown()]
    assert shown == [("192.0.2.1", "fixed", 4), ("203.0.113.5", "floating", 4)]
    binding.unbind([wanted, gone])
    assert neutron.ports[0]["binding:host_id"] == ""


# What callers do with the ports of a server


@pytest.fixture
def port(neutron, binding):
    wanted = row(neutron.network("private", cidr="192.0.2.0/29"))
    bound = binding.bind(SERVER, wanted, "h1")
    return neutron.kept["ports"][bound.port_id]


def test_security_groups_of_a_server(neutron, service, port):
    web = neutron.group("web")
    for _ in range(2):
        service.add_security_group(CALLER, SERVER, "web")
    assert {group.name for group in service.security_groups(CALLER, SERVER)} == {"default", "web"}
    service.remove_security_group(CALLER, SERVER, "default")
    assert port["security_groups"] == [web]
    with pytest.raises(errors.NotFound):
        service.remove_security_group(CALLER, SERVER, "default")
    for change in (service.add_security_group, service.remove_security_group):
        with pytest.raises(errors.NotFound):
            change(CALLER, SERVER, "unknown")
    neutron.group("web")
    with pytest.raises(errors.Conflict):
        service.add_security_group(CALLER, SERVER, "web")
    neutron.remove("ports", port["id"])
    assert service.security_groups(CALLER, SERVER) == []
    with pytest.raises(errors.NotFound):
        service.add_security_group(CALLER, SERVER, web)


def test_fixed_addresses_of_a_server(service, port):
    network_id = port["network_id"]
    with pytest.raises(errors.NotFound):
        service.add_fixed_ip(CALLER, SERVER, UNKNOWN)
    service.add_fixed_ip(CALLER, SERVER, network_id)
    assert [ip["ip_address"] for ip in port["fixed_ips"]] == ["192.0.2.1", "192.0.2.2"]
    service.remove_fixed_ip(CALLER, SERVER, "192.0.2.1")
    assert [ip["ip_address"] for ip in port["fixed_ips"]] == ["192.0.2.2"]
    with pytest.raises(errors.Invalid):
        service.remove_fixed_ip(CALLER, SERVER, "192.0.2.1")
    for _ in range(5):
        service.add_fixed_ip(CALLER, SERVER, network_id)
    with pytest.raises(errors.Invalid, match="No fixed IP addresses available"):
        service.add_fixed_ip(CALLER, SERVER, network_id)


def test_floating_addresses_of_a_server(neutron, service, port):
    neutron.floating("203.0.113.5")
    neutron.floating("203.0.113.6", project="p2")
    with pytest.raises(errors.NotFound):
        service.add_floating_ip(CALLER, SERVER, "203.0.113.6", None)
    with pytest.raises(errors.Invalid):
        service.add_floating_ip(CALLER, SERVER, "203.0.113.5", "192.0.2.99")
    with pytest.raises(errors.Conflict):
        service.remove_floating_ip(CALLER, SERVER, "203.0.113.5")
    service.add_floating_ip(CALLER, SERVER, "203.0.113.5", "192.0.2.1")
    (found, _) = neutron.kept["floatingips"].values()
    assert found["port_id"] == port["id"]
    service.remove_floating_ip(CALLER, SERVER, "203.0.113.5")
    assert found["port_id"] is None
    neutron.remove("ports", port["id"])
    with pytest.raises(errors.Invalid, match="has no fixed IP addresses"):
        service.add_floating_ip(CALLER, SERVER, "203.0.113.5", None)


def test_the_interfaces_of_a_server(neutron, service, port):
    card = {"port_id": port["id"], "tag": "in"}
    (found,) = service.interfaces(CALLER, SimpleNamespace(id=SERVER.id, interfaces=[card]))
    assert (found.port_id, found.state, found.tag) == (port["id"], "ACTIVE", "in")
    assert found.fixed_ips[0].address == "192.0.2.1"
    assert service.interfaces(CALLER, SERVER) == []
