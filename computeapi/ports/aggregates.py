"""The repository of aggregates."""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.aggregates import Aggregate


class AggregateRepository(Protocol):
    """Aggregates.

    A transaction that changes them takes the lock ``aggregates`` first, and keeps the zones of
    their hosts: see :meth:`computeapi.ports.hosts.HostRepository.set_zone`.
    """

    __slots__ = ()

    def list(self) -> Sequence[Aggregate]:
        """Return all aggregates by id, with their hosts."""

    def get(self, aggregate_id: int) -> Aggregate | None:
        """Return an aggregate."""

    def add(self, aggregate: Aggregate) -> None:
        """Keep a new aggregate, and give it its id.

        :raises Conflict: when another one has its name.
        """

    def save(self, aggregate: Aggregate) -> None:
        """Keep the name, the metadata and the moment of change of an aggregate.

        :raises Conflict: when another one has its name.
        """

    def delete(self, aggregate_id: int) -> None:
        """Remove an aggregate without hosts."""

    def add_host(self, aggregate_id: int, host: str) -> None:
        """Add a host to an aggregate that it is not in."""

    def remove_host(self, aggregate_id: int, host: str) -> None:
        """Remove a host from an aggregate."""
