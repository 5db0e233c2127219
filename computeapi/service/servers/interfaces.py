"""The network interfaces of servers."""

from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound
from computeapi.domain.networks import Interface, NewInterface
from computeapi.domain.servers import Server, attaching
from computeapi.domain.servers.actions import Action
from computeapi.policies.servers import interfaces as rules
from computeapi.ports.network import Network
from computeapi.service.servers.acceptance import Acceptance, require_unlocked


class Interfaces:
    """List, attach and detach the interfaces of servers (API reference, "Port interfaces")."""

    def __init__(self, acceptance: Acceptance, network: Network) -> None:
        self._acceptance = acceptance
        self._network = network

    def list(self, context: Context, server_id: str) -> Sequence[Interface]:
        """Return the interfaces of a server.

        :raises NotFound: when there is no server that the caller may know of.
        """
        server = self._acceptance.read(context, server_id, rules.LIST)
        return self._network.interfaces(context, server)

    def get(self, context: Context, server_id: str, port_id: str) -> Interface:
        """Return an interface of a server.

        :raises NotFound: when there is no such server, or it has no such interface.
        """
        server = self._acceptance.read(context, server_id, rules.SHOW)
        for interface in self._network.interfaces(context, server):
            if interface.port_id == port_id:
                return interface
        raise NotFound(f"Port {port_id} could not be found.")

    def attach(self, context: Context, server_id: str, new: NewInterface) -> Interface:
        """Attach an interface to a server.

        :raises Invalid: when the parts of the request exclude each other.
        :raises NotFound: when there is no such server, port or network.
        :raises Conflict: when the server's state or lock forbids it, or the port is in use.
        :raises NotSupported: when servers get no further interfaces in this cloud.
        """
        server = self._changeable(context, server_id, rules.CREATE, attaching.ATTACH_INTERFACE, new)
        return self._network.attach(context, server, new)

    def detach(self, context: Context, server_id: str, port_id: str) -> None:
        """Detach an interface from a server.

        :raises NotFound: when there is no such server, or it has no such interface.
        :raises Conflict: when the server's state or lock forbids it.
        :raises NotSupported: when interfaces stay attached in this cloud.
        """
        server = self._changeable(context, server_id, rules.DELETE, attaching.DETACH_INTERFACE)
        self._network.detach(context, server, port_id)

    def _changeable(
        self,
        context: Context,
        server_id: str,
        rule: str,
        action: Action,
        new: NewInterface | None = None,
    ) -> Server:
        """Return a server whose interfaces may change now."""
        server = self._acceptance.read(context, server_id, rule)
        if new is not None:
            new.check()
        require_unlocked(context, server, action)
        server.require_state(action)
        return server
