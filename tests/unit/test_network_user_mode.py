"""The security groups and the interfaces of user-mode networking."""

import uuid
from types import SimpleNamespace

import pytest

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Invalid, NotFound, NotSupported
from computeapi.domain.networks import NewInterface
from computeapi.domain.servers import PowerState, VmState
from computeapi.network import UserModeNetwork
from computeapi.ports.network import NetworkRequest

CALLER = Context("u1", "p1", "r", frozenset({"member"}))
NETWORK = UserModeNetwork()
SERVER = SimpleNamespace(project_id="p1", security_groups=["default"], has_network=True)


def test_a_project_has_one_group_with_an_id_that_stays():
    (group,) = NETWORK.security_groups(CALLER, SERVER)
    assert (group.name, group.project_id) == ("default", "p1")
    assert uuid.UUID(group.id).version == 5
    assert UserModeNetwork().security_groups(CALLER, SERVER) == [group]
    other = SimpleNamespace(project_id="p2", security_groups=["default"])
    assert NETWORK.security_groups(CALLER, other)[0].id != group.id


def test_a_group_goes_by_its_name_and_by_its_id():
    (group,) = NETWORK.security_groups(CALLER, SERVER)
    plan = NETWORK.plan(CALLER, NetworkRequest(None, ["default", group.id]))
    assert (plan.ports, plan.security_groups) == (None, ["default"])
    NETWORK.add_security_group(CALLER, SERVER, group.id)
    NETWORK.add_security_group(CALLER, SERVER, "default")


@pytest.mark.parametrize("group", ["web", str(uuid.UUID(int=1)), "Default"])
def test_there_is_no_other_group(group):
    with pytest.raises(Invalid):
        NETWORK.plan(CALLER, NetworkRequest(None, ["default", group]))
    for change in (NETWORK.add_security_group, NETWORK.remove_security_group):
        with pytest.raises(NotFound):
            change(CALLER, SERVER, group)


def test_the_only_group_stays():
    with pytest.raises(Invalid):
        NETWORK.remove_security_group(CALLER, SERVER, "default")


def server(**changes):
    address = {"addr": "10.0.2.15", "version": 4, "type": "fixed", "mac": "fa:16:3e:00:00:01"}
    fields = {
        "id": "s1",
        "vm_state": VmState.ACTIVE,
        "power_state": PowerState.RUNNING,
        "addresses": {"private": [address]},
    }
    return SimpleNamespace(**fields | changes)


@pytest.mark.parametrize(
    ("power_state", "state"),
    [
        (PowerState.RUNNING, "ACTIVE"),
        (PowerState.PAUSED, "ACTIVE"),
        (PowerState.SHUTDOWN, "DOWN"),
        (PowerState.SUSPENDED, "DOWN"),
        (PowerState.CRASHED, "DOWN"),
    ],
)
def test_an_interface_is_active_while_its_guest_uses_it(power_state, state):
    (interface,) = NETWORK.interfaces(CALLER, server(power_state=power_state))
    assert (interface.state, interface.mac_address) == (state, "fa:16:3e:00:00:01")
    assert [ip.address for ip in interface.fixed_ips] == ["10.0.2.15"]


def test_servers_share_the_ids_of_networks_and_no_port():
    (one,), (other,) = (NETWORK.interfaces(CALLER, server(id=name)) for name in ("s1", "s2"))
    assert one.network_id == other.network_id
    assert one.fixed_ips == other.fixed_ips
    assert one.port_id != other.port_id


@pytest.mark.parametrize("vm_state", [VmState.BUILDING, VmState.DELETED])
def test_a_server_without_a_guest_has_no_interface(vm_state):
    assert NETWORK.interfaces(CALLER, server(vm_state=vm_state)) == []


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (NewInterface(), NotSupported),
        (NewInterface(port_id="p"), NotFound),
        (NewInterface(network_id="n"), NotFound),
    ],
)
def test_no_further_interface_is_attached(new, error):
    with pytest.raises(error):
        NETWORK.attach(CALLER, server(), new)


def test_the_interface_stays():
    (interface,) = NETWORK.interfaces(CALLER, server())
    with pytest.raises(NotSupported):
        NETWORK.attach(CALLER, server(), NewInterface(network_id=interface.network_id))
    with pytest.raises(Conflict):
        NETWORK.attach(CALLER, server(), NewInterface(port_id=interface.port_id))
    with pytest.raises(NotSupported):
        NETWORK.detach(CALLER, server(), interface.port_id)
    with pytest.raises(NotFound):
        NETWORK.detach(CALLER, server(), "p")


@pytest.mark.parametrize(
    "new", [NewInterface("p", "n"), NewInterface(address="10.0.2.15"), NewInterface("p", None, "a")]
)
def test_parts_of_a_request_that_exclude_each_other(new):
    with pytest.raises(Invalid):
        new.check()


@pytest.mark.parametrize("network", [{"uuid": "n"}, {"port": "p"}, {}, {"fixed_ip": "10.0.2.15"}])
def test_a_request_names_no_network(network):
    NETWORK.plan(CALLER, NetworkRequest([], ["default"]))
    with pytest.raises(Invalid):
        NETWORK.plan(CALLER, NetworkRequest([network], ["default"]))


def test_a_server_without_a_network_is_in_no_group():
    alone = SimpleNamespace(id="s1", project_id="p1", security_groups=[], has_network=False)
    assert NETWORK.security_groups(CALLER, alone) == []
    for change in (NETWORK.add_security_group, NETWORK.remove_security_group):
        with pytest.raises(NotFound):
            change(CALLER, alone, "default")
