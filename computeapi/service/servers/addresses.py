"""The actions on the addresses of servers."""

from computeapi.domain.context import Context
from computeapi.policies.servers import addresses as rules
from computeapi.ports.network import Network
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.servers.ports import note_change


class Addresses:
    """Add and remove addresses of servers (API reference, "Servers - run an action")."""

    def __init__(self, acceptance: Acceptance, network: Network) -> None:
        self._acceptance = acceptance
        self._network = network

    def add_fixed_ip(self, context: Context, server_id: str, network_id: str) -> None:
        """Give a server another address in a network.

        :raises NotFound: when there is no such server or network.
        :raises Invalid: when the network has no address left.
        """
        server = self._acceptance.read(context, server_id, rules.ADD_FIXED_IP)
        self._network.add_fixed_ip(context, server, network_id)
        note_change(self._acceptance, server)

    def remove_fixed_ip(self, context: Context, server_id: str, address: str) -> None:
        """Remove an address from a server.

        :raises NotFound: when there is no such server.
        :raises Invalid: when it does not have the address, or has to keep it.
        """
        server = self._acceptance.read(context, server_id, rules.REMOVE_FIXED_IP)
        self._network.remove_fixed_ip(context, server, address)
        note_change(self._acceptance, server)

    def add_floating_ip(
        self, context: Context, server_id: str, address: str, fixed_address: str | None
    ) -> None:
        """Associate a floating IP with a server.

        :param fixed_address: the address of the server that it leads to; any of them when None.
        :raises NotFound: when there is no such server or floating IP.
        :raises Invalid: when the server does not have that address.
        """
        server = self._acceptance.read(context, server_id, rules.ADD_FLOATING_IP)
        before = self._network.add_floating_ip(context, server, address, fixed_address)
        note_change(self._acceptance, server)
        if before not in (None, server.id):
            # It leads to another server no longer.
            with self._acceptance.db.read() as tx:
                other = tx.servers.get(before or "")
            if other is not None:
                note_change(self._acceptance, other)

    def remove_floating_ip(self, context: Context, server_id: str, address: str) -> None:
        """Disassociate a floating IP from a server.

        :raises NotFound: when there is no such server or floating IP.
        """
        server = self._acceptance.read(context, server_id, rules.REMOVE_FLOATING_IP)
        self._network.remove_floating_ip(context, server, address)
        note_change(self._acceptance, server)
