"""The repository of accepted operations."""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.operations import HistoryRequest, Operation
from computeapi.domain.paging import Page
from computeapi.domain.servers import Fault


class OperationRepository(Protocol):
    """Accepted operations.

    Each method that adds, advances or ends one changes the record of its move as well.
    """

    __slots__ = ()

    def add(self, operation: Operation) -> None:
        """Keep a new operation, and give it its id."""

    def unfinished(self, server_id: str) -> Sequence[Operation]:
        """Return a server's queued and running operations, oldest first."""

    def history(self, server_id: str, page: HistoryRequest) -> Page[Operation]:
        """Return a page of all operations on a server, newest first.

        :raises MarkerNotFound: when no operation on the server has the marker's request id.
        """

    def of_request(self, server_id: str, request_id: str) -> Operation | None:
        """Return the newest operation on a server that a request asked for, or None."""

    def cancel(self, server_id: str, message: str) -> None:
        """End a server's unfinished operations; a worker that runs one finds its lease lost."""

    def claim(self, host: str, owner: str, lease: float) -> Operation | None:
        """Lease the oldest operation of a host that may run now, or return None.

        Queued ones and those whose lease has ended may, when no older one of their server
        is unfinished. Its token and its attempts grow by one. No two callers get the same.

        :param lease: seconds.
        """

    def renew(self, operation: Operation, lease: float) -> bool:
        """Prolong a lease; return False when another worker holds it now."""

    def is_superseded(self, operation: Operation) -> bool:
        """Return whether a delete waits behind this operation."""

    def finish(self, operation: Operation, state: str, message: str | None = None) -> None:
        """End an operation.

        :raises LeaseLost: when another worker holds the lease now.
        """

    def hand_back(self, operation: Operation) -> None:
        """Queue a claimed operation again, as if it had not been claimed.

        :raises LeaseLost: when another worker holds the lease now.
        """

    def put_off(self, operation: Operation, pause: float, reason: str) -> None:
        """Queue a claimed operation again, to be claimed after a pause.

        Its attempts count from zero again: they are those that workers died over.

        :param pause: seconds.
        :param reason: why its attempt failed.
        :raises LeaseLost: when another worker holds the lease now.
        """

    def advance(
        self, operation: Operation, stage: str, host: str, fault: Fault | None = None
    ) -> None:
        """End the stage of a claimed operation, and queue it for the next one.

        Its lease ends, and its attempts and pauses begin anew.

        :param host: the host that the next stage runs on.
        :param fault: why the stage failed, when the next one undoes what was done.
        :raises LeaseLost: when another worker holds the lease now.
        """

    def expedite(self, server_id: str) -> None:
        """End the pauses of a server's operations: they may be claimed at once."""

    def release(self, host: str) -> int:
        """End all leases of a host (its worker is known to be dead); return how many."""
