"""The network service of a cloud.

A method may ask another service over HTTP: call none within a transaction.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from computeapi.domain.context import Context
from computeapi.domain.networks import Interface, NewInterface, SecurityGroup
from computeapi.domain.servers import Server


class Network(Protocol):
    """The networks of a cloud, and how its servers are connected to them."""

    def check_networks(self, context: Context, wanted: Sequence[Mapping[str, str]]) -> None:
        """Check the networks that a request for servers names.

        :param wanted: ``{"uuid", "port", "fixed_ip", "tag"}`` each.
        :raises Invalid: when there is no such network or port.
        """

    def group_names(self, context: Context, wanted: Sequence[str]) -> list[str]:
        """Return the names of the security groups that new servers of a caller are to be in.

        :param wanted: names or ids.
        :raises Invalid: when there is no such group.
        """

    def security_groups(self, context: Context, server: Server) -> Sequence[SecurityGroup]:
        """Return the security groups that a server is in."""

    def add_security_group(self, context: Context, server: Server, group: str) -> None:
        """Put a server into a security group; one that is in it stays there.

        :param group: a name or an id.
        :raises NotFound: when there is no such group.
        """

    def remove_security_group(self, context: Context, server: Server, group: str) -> None:
        """Take a server out of a security group.

        :param group: a name or an id.
        :raises NotFound: when there is no such group.
        :raises Invalid: when the server has to stay in it.
        """

    def interfaces(self, context: Context, server: Server) -> Sequence[Interface]:
        """Return the network interfaces of a server."""

    def attach(self, context: Context, server: Server, new: NewInterface) -> Interface:
        """Attach an interface to a server.

        :raises NotFound: when there is no such port or network.
        :raises Conflict: when the port is in use.
        :raises NotSupported: when servers get no further interfaces in this cloud.
        """

    def detach(self, context: Context, server: Server, port_id: str) -> None:
        """Detach an interface from a server.

        :raises NotFound: when the server has no such port.
        :raises NotSupported: when interfaces stay attached in this cloud.
        """

    def add_fixed_ip(self, context: Context, server: Server, network_id: str) -> None:
        """Give a server another address in a network.

        :raises NotFound: when the server is in no such network.
        :raises Invalid: when the network has no address left.
        """

    def remove_fixed_ip(self, context: Context, server: Server, address: str) -> None:
        """Take an address from a server.

        :raises Invalid: when it does not have the address, or has to keep it.
        """

    def add_floating_ip(
        self, context: Context, server: Server, address: str, fixed_address: str | None
    ) -> None:
        """Lead a floating IP to a server.

        :param fixed_address: the address of the server that it leads to; any of them when None.
        :raises NotFound: when there is no such floating IP.
        :raises Invalid: when the server does not have that address, or has none.
        """

    def remove_floating_ip(self, context: Context, server: Server, address: str) -> None:
        """Lead a floating IP to the server no longer.

        :raises NotFound: when there is no such floating IP.
        """
