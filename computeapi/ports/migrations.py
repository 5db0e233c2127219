"""The repository of the records of moves."""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.migrations import Migration, MigrationFilters
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

    def in_progress(self, server_id: str) -> Sequence[Migration]:
        """Return the live migrations of a server that go on, oldest first."""
