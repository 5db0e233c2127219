"""The security groups of servers."""

from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.security_groups import SecurityGroup
from computeapi.domain.servers import Server
from computeapi.policies.servers import security_groups as rules
from computeapi.ports.network import Network
from computeapi.service.servers.acceptance import Acceptance


class ServerSecurityGroups:
    """List and change the security groups of servers (API reference, "Servers security groups")."""

    def __init__(self, acceptance: Acceptance, network: Network) -> None:
        self._acceptance = acceptance
        self._network = network

    def list(self, context: Context, server_id: str) -> Sequence[SecurityGroup]:
        """Return the security groups of a server.

        :raises NotFound: when there is no server that the caller may know of.
        """
        server = self._acceptance.read(context, server_id, rules.LIST)
        return self._network.security_groups(context, server)

    def add(self, context: Context, server_id: str, group: str) -> None:
        """Add a server to a security group.

        :raises NotFound: when there is no such server or group.
        :raises Invalid: when a port of the server can be in no group.
        """
        server = self._acceptance.read(context, server_id, rules.ADD)
        self._network.add_security_group(context, server, group)
        self._show(context, server)

    def remove(self, context: Context, server_id: str, group: str) -> None:
        """Remove a server from a security group.

        :raises NotFound: when there is no such server or group.
        :raises Invalid: when the server has to stay in it.
        """
        server = self._acceptance.read(context, server_id, rules.REMOVE)
        self._network.remove_security_group(context, server, group)
        self._show(context, server)

    def _show(self, context: Context, server: Server) -> None:
        """Show the groups that a server is in, in the server's row."""
        if server.interfaces is None:
            return
        names = [group.name for group in self._network.security_groups(context, server)]
        with self._acceptance.db.write() as tx:
            row = tx.servers.get(server.id, lock=True)
            if row is not None:
                row.security_groups = names
                tx.servers.save(row)
