"""The operations that show how much the servers of projects were used."""

from datetime import datetime

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid
from computeapi.domain.servers import ALL_PROJECTS, AllProjects
from computeapi.domain.usage import UsagePage, UsageWindow
from computeapi.policies import simple_tenant_usage as rules
from computeapi.ports.database import Database
from computeapi.ports.policy import Policy


class SimpleTenantUsage:
    """Show the use of servers within a window of time.

    Its methods take ``start`` and ``stop``, where None means now, and ``limit`` and ``marker`` of a
    page of servers, where None means all of them from the first one.
    """

    def __init__(self, db: Database, policy: Policy) -> None:
        self._db = db
        self._policy = policy

    def list(
        self,
        context: Context,
        window: tuple[datetime | None, datetime | None],
        limit: int | None = None,
        marker: str | None = None,
    ) -> UsagePage:
        """Return the use of all projects.

        :param window: its start and its end.
        :raises Forbidden: when the caller may not.
        :raises Invalid: when the window ends before it starts.
        :raises MarkerNotFound: when the marker is no server.
        """
        self._policy.authorize(context, rules.LIST)
        return self._page(ALL_PROJECTS, window, limit, marker)

    def show(
        self,
        context: Context,
        project_id: str,
        window: tuple[datetime | None, datetime | None],
        limit: int | None = None,
        marker: str | None = None,
    ) -> UsagePage:
        """Return the use of one project: the page has this project, or none without servers.

        :param window: its start and its end.
        :raises Forbidden: when the caller may not.
        :raises Invalid: when the window ends before it starts.
        :raises MarkerNotFound: when the marker is no server of the project.
        """
        self._policy.authorize(context, rules.SHOW, {"project_id": project_id})
        return self._page(project_id, window, limit, marker)

    def _page(
        self,
        project_id: str | AllProjects,
        window: tuple[datetime | None, datetime | None],
        limit: int | None,
        marker: str | None,
    ) -> UsagePage:
        start, stop = window
        with self._db.read() as tx:
            now = tx.now()
            if (start or now) > (stop or now) or (start is not None and start == stop):
                raise Invalid("Invalid start time. The start time cannot occur after the end time.")
            shown = UsageWindow(start or now, stop or now, now)
            page = tx.usage.of_servers(shown, project_id, limit, marker)
        return UsagePage.of(shown, page.items, page.more)
