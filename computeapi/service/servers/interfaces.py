"""The network interfaces of servers."""

from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound
from computeapi.domain.networks import Interface, NewInterface
from computeapi.domain.server_ports import NewPort
from computeapi.domain.servers import Server, attaching
from computeapi.domain.servers.actions import Action
from computeapi.policies.servers import interfaces as rules
from computeapi.ports.network import Network
from computeapi.service.servers.acceptance import Acceptance, require_unlocked
from computeapi.service.servers.ports import port_row


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

        :raises Invalid: when the parts of the request exclude each other, there is no one network
            to choose, or it has no address left.
        :raises NotFound: when there is no such server, port or network.
        :raises Conflict: when the server's state or lock forbids it, or the port, or the address,
            is in use.
        :raises QuotaExceeded: when the project may have no further port.
        :raises NotSupported: when servers get no further interfaces in this cloud.
        """
        action = attaching.ATTACH_INTERFACE
        server = self._changeable(context, server_id, rules.CREATE, action, new)
        port = self._network.attach(context, server, new)
        row, host = self._keep(context, server_id, port)
        self._acceptance.rpc_client.cast(host)
        self._acceptance.wait_for(server_id, context.request_id)
        return self._attached(context, server_id, row)

    def detach(self, context: Context, server_id: str, port_id: str) -> None:
        """Detach an interface from a server.

        :raises NotFound: when there is no such server, or it has no such interface.
        :raises Conflict: when the server's state or lock forbids it.
        :raises NotSupported: when interfaces stay attached in this cloud.
        """
        action = attaching.DETACH_INTERFACE
        server = self._changeable(context, server_id, rules.DELETE, action)
        if not self._has_row(server_id, port_id):
            self._network.detach(context, server, port_id)
        self._acceptance.accept(context, server_id, action, rules.DELETE, {"port_id": port_id})

    def _keep(self, context: Context, server_id: str, port: NewPort) -> tuple[str, str]:
        """Keep a port that a server is to get, and its operation; return its row and the host."""
        with self._acceptance.db.write() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.CREATE, lock=True)
            server.require_ready(attaching.ATTACH_INTERFACE)
            position = max((p.position for p in tx.server_ports.of_server(server_id)), default=-1)
            row = port_row(server, port, position + 1)
            tx.server_ports.add(row)
            params: dict[str, object] = {"row": row.id}
            action = attaching.ATTACH_INTERFACE
            return row.id, self._acceptance.queue(tx, context, server, action, params)

    def _has_row(self, server_id: str, port_id: str) -> bool:
        """Return whether a server has a port, which may be gone: its guest may have the card."""
        with self._acceptance.db.read() as tx:
            return any(port.port_id == port_id for port in tx.server_ports.of_server(server_id))

    def _attached(self, context: Context, server_id: str, row_id: str) -> Interface:
        """Return an interface that was attached.

        :raises NotFound: when it is gone again.
        """
        with self._acceptance.db.read() as tx:
            port_ids = [p.port_id for p in tx.server_ports.of_server(server_id) if p.id == row_id]
        return self.get(context, server_id, str(port_ids[0]) if port_ids else "")

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
