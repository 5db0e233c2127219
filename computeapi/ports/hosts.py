"""The repository of hosts."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from computeapi.domain.host_owners import HostOwner
from computeapi.domain.hosts import NO_DETAILS, Host, HostDetails, Usage


class HostRepository(Protocol):
    """Hosts."""

    __slots__ = ()

    def list(self, lock: bool = False) -> Sequence[Host]:
        """Return all hosts by name; ``lock`` keeps other transactions from placing servers."""

    def get(self, name: str) -> Host | None:
        """Return a host."""

    def details(self, name: str) -> HostDetails | None:
        """Return the details of a host, or None when there is no such host."""

    def with_usage(self) -> Sequence[tuple[Host, Usage]]:
        """Return all hosts by name, each with the usage that was last noted.

        That is good enough to rank hosts by. Before a server is placed, lock the host and count.
        """

    def lock(self, name: str, wait: bool = True) -> Host | None:
        """Return a host, and lock it until the transaction ends.

        :param wait: False returns None when another transaction has locked it.
        """

    def usage_of(self, name: str) -> Usage:
        """Count the resources that the servers of a host take."""

    def note_usage(self, name: str, usage: Usage) -> None:
        """Note the usage of a host, for :meth:`with_usage`."""

    def usage(self) -> Mapping[str, Usage]:
        """Count the resources that the servers of each host take, over the whole cloud."""

    def report(self, host: Host, details: HostDetails = NO_DETAILS) -> None:
        """Keep a worker's report of its host: a new row, or the old one changed.

        What administrators decide about a host that is there already stays: its zone, whether it
        is enabled, and whether it was forced down.
        """

    def remove(self, name: str) -> None:
        """Remove a host, also from its aggregates."""

    def set_zone(self, name: str, zone: str | None) -> None:
        """Keep the availability zone that its aggregates give to a host; None: the default one."""

    def owner(self, name: str) -> HostOwner | None:
        """Return the owner of a host, and lock the host until the transaction ends."""

    def set_owner(self, name: str, owner: HostOwner | None) -> None:
        """Keep the owner of a host; None: it belongs to no worker."""
