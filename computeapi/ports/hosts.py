"""The repository of hosts."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from computeapi.domain.host_owners import HostOwner
from computeapi.domain.hosts import Host, Usage


class HostRepository(Protocol):
    """Hosts."""

    __slots__ = ()

    def list(self, lock: bool = False) -> Sequence[Host]:
        """Return all hosts by name; with ``lock``, nobody else places servers meanwhile."""

    def get(self, name: str) -> Host | None:
        """Return a host."""

    def usage(self) -> Mapping[str, Usage]:
        """Count what the live servers of each host take."""

    def report(self, host: Host) -> None:
        """Keep what a worker says of its host: a new row, or the old one changed."""

    def owner(self, name: str) -> HostOwner | None:
        """Return the owner of a host, and lock the host until the transaction ends."""

    def set_owner(self, name: str, owner: HostOwner | None) -> None:
        """Keep the owner of a host; None: it belongs to no worker."""
