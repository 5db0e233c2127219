"""The repository of servers."""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.hosts import Usage
from computeapi.domain.paging import Page, PageRequest
from computeapi.domain.servers import (
    Server,
    ServerBasics,
    ServerDetails,
    ServerFilters,
    ServerSummary,
    ShownServer,
)


class ServerRepository(Protocol):
    """Servers, deleted ones included where it says so."""

    __slots__ = ()

    def get(self, server_id: str, lock: bool = False) -> Server | None:
        """Return a live server; ``lock`` keeps other transactions from changing it."""

    def get_shown(self, server_id: str) -> ShownServer | None:
        """Return a live server, with no more than its document shows."""

    def get_any(self, server_id: str) -> Server | None:
        """Return a server, live or deleted."""

    def list(self, filters: ServerFilters, page: PageRequest) -> Page[ServerDetails]:
        """Return a page, newest first unless sorted.

        :raises MarkerNotFound: when the marker is no server of ``filters.project_id``.
        """

    def basics(self, filters: ServerFilters, page: PageRequest) -> Page[ServerBasics]:
        """Return the same page as :meth:`list`, with no more than every microversion shows.

        :raises MarkerNotFound: when the marker is no server of ``filters.project_id``.
        """

    def summaries(self, filters: ServerFilters, page: PageRequest) -> Page[ServerSummary]:
        """Return the same page as :meth:`list`, with no more than a summary of each server.

        :raises MarkerNotFound: when the marker is no server of ``filters.project_id``.
        """

    def on_host(self, host: str) -> Sequence[Server]:
        """Return the live servers of a host."""

    def add(self, server: Server) -> None:
        """Keep a new server, and its claim on its host if it has one."""

    def save(self, server: Server) -> None:
        """Keep a server's changes. One that is deleted has no claims any more.

        Its use is noted: see :class:`computeapi.ports.usage.UsageRepository`.
        """

    def usage(self, project_id: str, user_id: str | None = None) -> Usage:
        """Count the resources of a project's live servers, or of those of one user in it."""
