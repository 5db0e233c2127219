"""The operations on the records of moves."""

from dataclasses import replace

from computeapi.domain.context import Context
from computeapi.domain.migrations import Migration, MigrationFilters
from computeapi.domain.paging import Page
from computeapi.policies import migrations as rules
from computeapi.ports.database import Database
from computeapi.ports.policy import Policy


class Migrations:
    """List the records of moves (API reference, "Migrations")."""

    def __init__(self, db: Database, policy: Policy) -> None:
        self._db = db
        self._policy = policy

    def list(
        self,
        context: Context,
        filters: MigrationFilters,
        limit: int,
        marker: str | None = None,
        newest_first: bool = True,
    ) -> Page[Migration]:
        """Return a page of records, with their hosts if the caller may know these.

        :raises Forbidden: when the caller may not, or asks for other projects than the own one and
            may not.
        :raises MarkerNotFound: when there is no such record.
        """
        self._policy.authorize(context, rules.INDEX, _own(context))
        if filters.project_id is None or filters.project_id != context.project_id:
            self._policy.authorize(context, rules.ALL_PROJECTS)
        with self._db.read() as tx:
            page = tx.migrations.list(filters, limit, marker, newest_first)
        if self._policy.allows(context, rules.HOSTS):
            return page
        return Page([without_hosts(migration) for migration in page.items], page.more)


def without_hosts(migration: Migration) -> Migration:
    """Return a record without its hosts, which few callers may know."""
    return replace(
        migration,
        source_host=None,
        source_node=None,
        target_host=None,
        target_node=None,
        target_ip=None,
    )


def _own(context: Context) -> dict[str, str | None]:
    return {"project_id": context.project_id}
