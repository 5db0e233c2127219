"""What the service needs of the world; ``bootstrap`` hands it the adapters."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from computeapi.domain.context import Context
from computeapi.domain.flavors import Flavor, FlavorFilters
from computeapi.domain.hosts import Host, Usage
from computeapi.domain.images import Image
from computeapi.domain.keypairs import Keypair
from computeapi.domain.operations import Operation
from computeapi.domain.paging import Page, PageRequest
from computeapi.domain.servers import Server, ServerFilters, ServerSummary


class ServerRepository(Protocol):
    """Servers, deleted ones included where it says so."""

    def get(self, server_id: str, lock: bool = False) -> Server | None:
        """Return a live server; with ``lock``, nobody else changes it meanwhile."""

    def list(self, filters: ServerFilters, page: PageRequest) -> Page[Server]:
        """Return a page, newest first unless sorted.

        :raises MarkerNotFound: when the marker is no server of ``filters.project_id``.
        """

    def summaries(self, filters: ServerFilters, page: PageRequest) -> Page[ServerSummary]:
        """Return the same page as :meth:`list`, with no more than a summary of each server.

        :raises MarkerNotFound: when the marker is no server of ``filters.project_id``.
        """

    def on_host(self, host: str) -> Sequence[Server]:
        """Return the live servers of a host."""

    def add(self, server: Server) -> None:
        """Keep a new server."""

    def save(self, server: Server) -> None:
        """Keep a server's changes."""

    def usage(self, project_id: str) -> Usage:
        """Count what the project's live servers take."""


class FlavorRepository(Protocol):
    """Flavors."""

    def get(self, flavor_id: str) -> Flavor | None:
        """Return a flavor by the id the API shows."""

    def list(self, filters: FlavorFilters, page: PageRequest) -> Page[Flavor]:
        """Return a page, by id unless sorted.

        :raises MarkerNotFound: when the marker is no flavor that the filters let through.
        """

    def add(self, flavor: Flavor) -> None:
        """Keep a new flavor.

        :raises Conflict: when another one has its name or id.
        """

    def delete(self, flavor_id: str) -> bool:
        """Remove a flavor; tell whether it was there."""


class KeypairRepository(Protocol):
    """Keypairs."""

    def get(self, user_id: str, name: str) -> Keypair | None:
        """Return a user's keypair."""

    def list(self, user_id: str) -> Sequence[Keypair]:
        """Return a user's keypairs by name."""

    def count(self, user_id: str) -> int:
        """Count a user's keypairs."""

    def add(self, keypair: Keypair) -> None:
        """Keep a new keypair.

        :raises Conflict: when the user has one of its name.
        """

    def delete(self, user_id: str, name: str) -> bool:
        """Remove a keypair; tell whether it was there."""


class HostRepository(Protocol):
    """Hosts."""

    def list(self, lock: bool = False) -> Sequence[Host]:
        """Return all hosts by name; with ``lock``, nobody else places servers meanwhile."""

    def get(self, name: str) -> Host | None:
        """Return a host."""

    def usage(self) -> Mapping[str, Usage]:
        """Count what the live servers of each host take."""

    def report(self, host: Host) -> None:
        """Keep what a worker says of its host: a new row, or the old one changed."""


class OperationRepository(Protocol):
    """Accepted operations."""

    def add(self, operation: Operation) -> None:
        """Keep a new operation, and give it its id."""

    def unfinished(self, server_id: str) -> Sequence[Operation]:
        """Return a server's queued and running operations, oldest first."""

    def cancel(self, server_id: str, message: str) -> None:
        """End a server's unfinished operations; whoever runs one finds its lease lost."""

    def claim(self, host: str, owner: str, lease: float) -> Operation | None:
        """Lease the oldest operation of a host that may run now, or return None.

        Queued ones and those whose lease has ended may, when no older one of their server
        is unfinished. Its token and its attempts grow by one. No two callers get the same.

        :param lease: seconds.
        """

    def renew(self, operation: Operation, lease: float) -> bool:
        """Prolong a lease; False when it is somebody else's by now."""

    def is_superseded(self, operation: Operation) -> bool:
        """Tell whether a delete waits behind this operation."""

    def finish(self, operation: Operation, state: str, message: str | None = None) -> None:
        """End an operation.

        :raises LeaseLost: when the lease is somebody else's by now.
        """

    def hand_back(self, operation: Operation) -> None:
        """Queue a claimed operation again, as if it had not been claimed.

        :raises LeaseLost: when the lease is somebody else's by now.
        """

    def release(self, host: str) -> int:
        """End all leases of a host (its worker is known to be dead); return how many."""


class Transaction(Protocol):
    """One unit of work: all of it is kept, or nothing."""

    servers: ServerRepository
    flavors: FlavorRepository
    keypairs: KeypairRepository
    hosts: HostRepository
    operations: OperationRepository

    def now(self) -> datetime:
        """Return the database's clock."""

    def lock(self, name: str) -> None:
        """Make others who lock this name wait until the transaction ends."""


class Database(Protocol):
    """Where it is all kept."""

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a view to read through; it sees what is committed at each statement."""

    def write(self) -> AbstractContextManager[Transaction]:
        """Open a unit of work: committed at the end of the block, rolled back when it raises."""


class Policy(Protocol):
    """Who may."""

    def authorize(
        self, context: Context, rule: str, target: Mapping[str, Any] | None = None
    ) -> None:
        """Let pass who may.

        :param target: what the rule looks at; the caller's own project by default.
        :raises Forbidden: when the caller may not.
        """

    def allows(self, context: Context, rule: str, target: Mapping[str, Any] | None = None) -> bool:
        """Tell whether the caller may."""


class Images(Protocol):
    """Where images come from."""

    def get(self, context: Context, image_ref: str) -> Image:
        """Return an image that the caller may see.

        :raises NotFound: when there is none.
        :raises ImageUnreachable: when the image service does not answer.
        """


class Caller(Protocol):
    """The way to a worker."""

    def cast(self, host: str) -> None:
        """Wake a host's worker. Losing this costs latency, never work."""

    def call(self, host: str, method: str, **arguments: Any) -> Any:
        """Ask a host's worker.

        :raises Unavailable: when it does not answer.
        """
