"""User-mode networking: the hypervisor gives each server a network of its own.

There is no network service beside it: nothing can be made, changed or shared. All servers are in
one security group, which stands for what user-mode networking does: a guest reaches the networks of
its host, and nothing reaches the guest but the port for ssh on its host.
"""

import uuid
from collections.abc import Mapping, Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Invalid, NotFound, NotSupported
from computeapi.domain.networks import (
    DEFAULT_GROUP,
    FixedIp,
    Interface,
    NewInterface,
)
from computeapi.domain.security_groups import SecurityGroup
from computeapi.domain.server_ports import NetworkPlan, NewPort
from computeapi.domain.servers import PowerState, Server, VmState
from computeapi.ports.network import Network, NetworkRequest

#: The name space of the ids (RFC 9562, version 5): equal things have equal ids in every process.
_IDS = uuid.UUID("7c1f6f0e-5f3a-4b63-9d0c-6f1d2e0b8a55")


class UserModeNetwork(Network):
    """The networks that hypervisors give to servers by themselves."""

    def plan(self, context: Context, request: NetworkRequest) -> NetworkPlan:
        if isinstance(request.networks, Sequence) and not isinstance(request.networks, str):
            _check_networks(request.networks)
        return NetworkPlan(None, _group_names(context, request.security_groups))

    def security_groups(self, context: Context, server: Server) -> Sequence[SecurityGroup]:
        return [default_group(server.project_id) for _ in server.security_groups]

    def add_security_group(self, context: Context, server: Server, group: str) -> None:
        _group(server.project_id, group)
        _require_network(server)

    def remove_security_group(self, context: Context, server: Server, group: str) -> None:
        name = _group(server.project_id, group).name
        _require_network(server)
        raise Invalid(f"Security group {name} cannot be removed: it is the only one.")

    def interfaces(self, context: Context, server: Server) -> Sequence[Interface]:
        if server.vm_state in (VmState.BUILDING, VmState.DELETED):
            return []
        return [
            _interface(server, network, str(address["mac"]), str(address["addr"]))
            for network, addresses in server.addresses.items()
            for address in addresses
        ]

    def attach(self, context: Context, server: Server, new: NewInterface) -> NewPort:
        attached = self.interfaces(context, server)
        if new.port_id is not None:
            if any(interface.port_id == new.port_id for interface in attached):
                raise Conflict(f"Port {new.port_id} is still in use.")
            raise NotFound(f"Port {new.port_id} could not be found.")
        if new.network_id not in (None, *(interface.network_id for interface in attached)):
            raise NotFound(f"Network {new.network_id} could not be found.")
        raise NotSupported("User-mode networking gives a server one interface.")

    def detach(self, context: Context, server: Server, port_id: str) -> None:
        if all(interface.port_id != port_id for interface in self.interfaces(context, server)):
            raise NotFound(f"Port {port_id} could not be found.")
        raise NotSupported("User-mode networking cannot detach the interface of a server.")

    def add_fixed_ip(self, context: Context, server: Server, network_id: str) -> None:
        if all(one.network_id != network_id for one in self.interfaces(context, server)):
            raise NotFound(f"Network {network_id} could not be found.")
        raise Invalid(f"No fixed IP addresses available for network: {network_id}")

    def remove_fixed_ip(self, context: Context, server: Server, address: str) -> None:
        if address not in self._addresses(context, server):
            raise Invalid(f"Instance {server.id} has no fixed IP {address}.")
        raise Invalid(f"Fixed IP {address} cannot be removed: the server has no other one.")

    def add_floating_ip(
        self, context: Context, server: Server, address: str, fixed_address: str | None
    ) -> str | None:
        addresses = self._addresses(context, server)
        if not addresses:
            raise Invalid(f"Instance {server.id} has no fixed IP addresses.")
        if fixed_address not in (None, *addresses):
            raise Invalid(f"Instance {server.id} has no fixed IP {fixed_address}.")
        raise _no_floating_ip(address)

    def remove_floating_ip(self, context: Context, server: Server, address: str) -> None:
        raise _no_floating_ip(address)

    def _addresses(self, context: Context, server: Server) -> set[str]:
        interfaces = self.interfaces(context, server)
        return {ip.address for interface in interfaces for ip in interface.fixed_ips}


def _check_networks(wanted: Sequence[Mapping[str, str]]) -> None:
    for network in wanted:
        if network.get("port"):
            raise Invalid(f"Port {network['port']} could not be found.")
        raise Invalid(f"Network {network.get('uuid')} could not be found.")


def _group_names(context: Context, wanted: Sequence[str]) -> list[str]:
    try:
        return list(dict.fromkeys(_group(context.require_project(), one).name for one in wanted))
    except NotFound as error:
        raise Invalid(error.message) from error


def _require_network(server: Server) -> None:
    if not server.has_network:
        raise NotFound(f"Instance {server.id} has no port that could be in a security group.")


def _no_floating_ip(address: str) -> NotFound:
    return NotFound(f"Floating IP {address} could not be found.")


def _interface(server: Server, network: str, mac_address: str, address: str) -> Interface:
    is_used = server.power_state in (PowerState.RUNNING, PowerState.PAUSED)
    return Interface(
        port_id=_id("port", f"{server.id} {mac_address}"),
        network_id=_id("network", network),
        mac_address=mac_address,
        state="ACTIVE" if is_used else "DOWN",
        fixed_ips=(FixedIp(address, _id("subnet", network)),),
    )


def default_group(project_id: str) -> SecurityGroup:
    """Return the one security group of a project."""
    return SecurityGroup(
        _id("security group", project_id), DEFAULT_GROUP, "Default security group", project_id
    )


def _group(project_id: str, group: str) -> SecurityGroup:
    """Return a security group of a project.

    :param group: a name or an id.
    :raises NotFound: when there is no such group.
    """
    found = default_group(project_id)
    if group not in (found.name, found.id):
        raise NotFound(f"Security group {group} not found.")
    return found


def _id(kind: str, name: str) -> str:
    return str(uuid.uuid5(_IDS, f"{kind} {name}"))
