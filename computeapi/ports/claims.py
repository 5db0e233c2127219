"""The repository of claims on hosts."""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.claims import Claim


class ClaimRepository(Protocol):
    """Claims of servers on the capacity of hosts.

    A new server gets a claim on its host when it is added, and a deleted one loses its claims when
    it is saved: see :class:`computeapi.ports.servers.ServerRepository`. These methods are for
    servers that move or change their size. Lock the host before a claim on it grows.
    """

    __slots__ = ()

    def of_server(self, server_id: str) -> Sequence[Claim]:
        """Return a server's claims, by host."""

    def keep(self, server_id: str, kept: Sequence[Claim]) -> None:
        """Make these the claims of a server, and remove all others that it has."""

    def put(self, claim: Claim) -> None:
        """Keep a server's claim on a host, in place of the one it may have there."""

    def remove(self, server_id: str, host: str) -> None:
        """Remove a server's claim on a host, if it has one."""
