"""The network service of a cloud.

A method may ask another service over HTTP: call none within a transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from computeapi.domain.context import Context
from computeapi.domain.networks import Interface, NewInterface
from computeapi.domain.security_groups import SecurityGroup
from computeapi.domain.server_ports import NetworkPlan, NewPort
from computeapi.domain.servers import Server


@dataclass(frozen=True, slots=True)
class NetworkRequest:
    """The networks that a request for servers names.

    :ivar networks: ``{"uuid", "port", "fixed_ip", "tag"}`` each, or "auto" or "none"; None when
        the request names no networks.
    :ivar security_groups: names or ids.
    :ivar min_count: how many servers the request is for, at least.
    :ivar max_count: the same, at most.
    """

    networks: Sequence[Mapping[str, str]] | str | None
    security_groups: Sequence[str]
    min_count: int = 1
    max_count: int = 1


class Network(Protocol):
    """The networks of a cloud, and how its servers are connected to them."""

    def plan(self, context: Context, request: NetworkRequest) -> NetworkPlan:
        """Return how the servers of a request are connected; nothing is made.

        :raises Invalid: when there is no such network, port or security group, or it does not fit.
        :raises Forbidden: when the project may not have so many ports, or not in that network.
        :raises Conflict: when a port is in use, or there are several networks to choose from.
        """

    def security_groups(self, context: Context, server: Server) -> Sequence[SecurityGroup]:
        """Return the security groups that a server is in."""

    def add_security_group(self, context: Context, server: Server, group: str) -> None:
        """Add a server to a security group; one that is in it stays there.

        :param group: a name or an id.
        :raises NotFound: when there is no such group.
        :raises Invalid: when a port of the server can be in no group.
        """

    def remove_security_group(self, context: Context, server: Server, group: str) -> None:
        """Remove a server from a security group.

        :param group: a name or an id.
        :raises NotFound: when there is no such group.
        :raises Invalid: when the server has to stay in it.
        """

    def interfaces(self, context: Context, server: Server) -> Sequence[Interface]:
        """Return the network interfaces of a server."""

    def attach(self, context: Context, server: Server, new: NewInterface) -> NewPort:
        """Return the port of an interface that a server is to get; nothing is made.

        :raises Invalid: when the network has no subnet, there is no network, or several, to choose
            from, or guests cannot have such a port.
        :raises Forbidden: when the project may have no further port, or not in that network.
        :raises NotFound: when there is no such port or network.
        :raises Conflict: when the port, or the address, is in use.
        :raises NotSupported: when servers get no further interfaces in this cloud.
        """

    def detach(self, context: Context, server: Server, port_id: str) -> None:
        """Check that an interface may be detached from a server.

        :raises NotFound: when the server has no such port.
        :raises NotSupported: when interfaces stay attached in this cloud.
        """

    def add_fixed_ip(self, context: Context, server: Server, network_id: str) -> None:
        """Give a server another address in a network.

        :raises NotFound: when the server is in no such network.
        :raises Invalid: when the network has no address left.
        """

    def remove_fixed_ip(self, context: Context, server: Server, address: str) -> None:
        """Remove an address from a server.

        :raises Invalid: when it does not have the address, or has to keep it.
        """

    def add_floating_ip(
        self, context: Context, server: Server, address: str, fixed_address: str | None
    ) -> str | None:
        """Associate a floating IP with a server.

        :param fixed_address: the address of the server that it leads to; any of them when None.
        :returns: the id of the server that it led to before; None when there was no such server.
        :raises NotFound: when there is no such floating IP.
        :raises Invalid: when the server does not have that address, or has none, or a floating IP
            of the network cannot lead to it.
        """

    def remove_floating_ip(self, context: Context, server: Server, address: str) -> None:
        """Disassociate a floating IP from a server.

        :raises NotFound: when there is no such floating IP.
        """
