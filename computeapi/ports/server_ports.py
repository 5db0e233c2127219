"""The repository of the ports of servers."""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.server_ports import BoundPort, ServerPort


class ServerPortRepository(Protocol):
    """The ports of servers. Those of a deleted server are kept until they are released."""

    __slots__ = ()

    def add(self, port: ServerPort) -> None:
        """Keep a new port."""

    def of_server(self, server_id: str) -> Sequence[ServerPort]:
        """Return the ports of a server, in the order in which its guest has them."""

    def of_host(self, host: str) -> Sequence[ServerPort]:
        """Return the ports of the live servers of a host."""

    def keep_bound(self, port: ServerPort, bound: BoundPort) -> bool:
        """Record how a port is bound; it is no longer stale.

        :returns: whether it was noted: not when the port's row is gone, or has another port.
        """

    def keep_gone(self, port: ServerPort, is_stale: bool) -> bool:
        """Record that the network service has no such port; return whether its row is there.

        :param is_stale: whether the server's worker is to look at it again.
        """

    def mark_stale(self, server_id: str, port_id: str | None = None) -> bool:
        """Record that ports of a server have changed; return whether it has such ports.

        :param port_id: the port; None for all of the server.
        """

    def stale_on(self, host: str) -> Sequence[str]:
        """Return the ids of the live servers of a host that have stale ports."""

    def abandoned(self) -> Sequence[str]:
        """Return the ids of deleted servers whose ports are not released yet."""

    def remove(self, port: ServerPort) -> None:
        """Forget a port."""

    def remove_of(self, server_id: str) -> None:
        """Forget the ports of a server."""
