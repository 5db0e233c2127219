"""The operation that shows a project's limits."""

from computeapi.domain.context import Context
from computeapi.domain.quotas import Quotas, QuotaUsage
from computeapi.ports.database import Database
from computeapi.ports.policy import Policy
from computeapi.service.quotas import QuotaReader, usage


class Limits:
    """Show a project's quotas and its usage of them."""

    def __init__(self, db: Database, policy: Policy, quotas: QuotaReader) -> None:
        self._db = db
        self._policy = policy
        self._quotas = quotas

    def get(self, context: Context, project_id: str | None = None) -> tuple[Quotas, QuotaUsage]:
        """Return a project's quotas and usage.

        :param project_id: None means the caller's own; a project is named by administrators alone.
        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, "os_compute_api:limits")
        own = context.require_project()
        if project_id is not None:
            self._policy.authorize(context, "os_compute_api:limits:other_project")
        with self._db.read() as tx:
            shown = project_id or own
            return self._quotas.of_project(tx, shown), usage(tx, shown)
