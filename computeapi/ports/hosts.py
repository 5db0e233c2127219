"""The repository of hosts."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from computeapi.domain.host_owners import HostOwner
from computeapi.domain.hosts import Host, Usage


class HostRepository(Protocol):
    """Hosts."""

    __slots__ = ()

    def list(self, lock: bool = False) -> Sequence[Host]:
        """Return all hosts by name; ``lock`` keeps other transactions from placing servers."""

    def get(self, name: str) -> Host | None:
        """Return a host."""

    def with_usage(self) -> Sequence[tuple[Host, Usage]]:
        """Return all hosts by name, each with what it carried when that was last noted.

        That is good enough to rank hosts by. Before a server is placed, lock the host and count.
        """

    def lock(self, name: str, wait: bool = True) -> Host | None:
        """Return a host, and lock it until the transaction ends.

        :param wait: False returns None when another transaction has locked it.
        """

    def usage_of(self, name: str) -> Usage:
        """Count what the servers of a host take."""

    def note_usage(self, name: str, usage: Usage) -> None:
        """Note what a host carries, for :meth:`with_usage`."""

    def usage(self) -> Mapping[str, Usage]:
        """Count what the servers of each host take: a count over the whole cloud."""

    def report(self, host: Host) -> None:
        """Keep what a worker says of its host: a new row, or the old one changed."""

    def owner(self, name: str) -> HostOwner | None:
        """Return the owner of a host, and lock the host until the transaction ends."""

    def set_owner(self, name: str, owner: HostOwner | None) -> None:
        """Keep the owner of a host; None: it belongs to no worker."""
