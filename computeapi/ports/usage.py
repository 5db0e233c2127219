"""The repository of the use of servers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from computeapi.domain.paging import Page
from computeapi.domain.servers import AllProjects, Server
from computeapi.domain.usage import ServerUsage, UsageWindow


class UsageRepository(Protocol):
    """The periods in which servers had one size.

    They begin and end when a server is saved: :meth:`ServerRepository.save` compares its size and
    state with its last period. A resize, a revert or a delete has nothing to call.
    """

    __slots__ = ()

    def of_servers(
        self,
        window: UsageWindow,
        project_id: str | AllProjects,
        limit: int | None = None,
        marker: str | None = None,
    ) -> Page[ServerUsage]:
        """Return the servers that were there in a window, by project and id.

        :param limit: the most servers; None for all.
        :param marker: the id of the last server that the caller has seen.
        :raises MarkerNotFound: when the marker is no server of ``project_id``.
        """

    def on_host(self, host: str, start: datetime, stop: datetime) -> Sequence[Server]:
        """Return the servers of a host that were there in a window, deleted ones among them."""

    def count_by_host(self, start: datetime, stop: datetime) -> Mapping[str, int]:
        """Count by host the servers that were there in a window, on the host they have now."""
