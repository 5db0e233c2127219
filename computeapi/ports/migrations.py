"""The repository of the records of moves."""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.migrations import Migration, MigrationFilters
from computeapi.domain.operations import Operation
from computeapi.domain.paging import Page


class MigrationRepository(Protocol):
    """Records of moves.

    The status of a record follows from the operation that names it: see
    :class:`computeapi.ports.operations.OperationRepository`. When a deleted server is saved, a
    move of it that waits to be confirmed counts as confirmed.
    """

    __slots__ = ()

    def add(self, migration: Migration) -> None:
        """Keep a new record, and give it its id."""

    def get(self, uuid: str) -> Migration | None:
        """Return a record, or None."""

    def list(
        self,
        filters: MigrationFilters,
        limit: int,
        marker: str | None = None,
        newest_first: bool = True,
    ) -> Page[Migration]:
        """Return a page of records.

        :param marker: the UUID of the last record of the page before.
        :raises MarkerNotFound: when there is no such record.
        """

    def abort(self, uuid: str) -> None:
        """Note that a caller asked to end a live migration; its stage that runs ends first."""

    def is_aborted(self, operation: Operation) -> bool:
        """Return whether a caller asked to end the move that an operation is about."""

    def remains(self, server_id: str) -> Sequence[Migration]:
        """Return the moves of a server whose old hosts have not removed the old guest."""

    def remains_on(self, host: str) -> Sequence[Migration]:
        """Return the moves from a host that has not removed the old guest."""

    def complete(self, uuid: str) -> None:
        """Note that the old host of a move has removed the old guest."""

    def in_progress(self, server_id: str) -> Sequence[Migration]:
        """Return the live migrations of a server that go on, oldest first."""
