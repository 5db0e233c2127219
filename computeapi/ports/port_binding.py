"""The ports of a network service, as a worker makes, binds and removes them.

Every method may be called again after any part of it, and does what is missing. All of them may
ask another service over HTTP: call none within a transaction.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from computeapi.domain.server_ports import BoundPort, MadePort, ServerPort
from computeapi.domain.servers import Server


class PortBinding(Protocol):
    """Makes and binds the ports of servers. Every method may raise ``NetworkUnreachable``."""

    def bind(self, server: Server, port: ServerPort, host: str) -> BoundPort:
        """Make a port, unless it is known or found, and bind it to a host.

        :raises Conflict: when another server has the port.
        :raises Error: when it cannot be bound, or not be plugged.
        :raises NotFound: when a port that is known is gone.
        :raises QuotaExceeded: when the project may have no further port.
        """

    def describe(self, ports: Sequence[ServerPort]) -> Mapping[str, BoundPort]:
        """Return how ports are bound that there are, by the ids of their rows."""

    def has_network(self, network_id: str) -> bool:
        """Return whether the network service has a network."""

    def release(self, server_id: str, ports: Sequence[ServerPort]) -> None:
        """Remove the ports that were made for a server, and unbind those that were given.

        :param ports: those that are known; others that were made for the server go as well.
        """

    def release_one(self, port: ServerPort) -> None:
        """Remove a port that was made for its server, or unbind one that was given."""

    def unbind(self, ports: Sequence[ServerPort]) -> None:
        """Take ports off their host; they stay with their server."""

    def made_on(self, host: str) -> Sequence[MadePort]:
        """Return the ports that this service made and bound to a host."""

    def remove(self, port_id: str) -> None:
        """Remove a port, unless it is gone."""
