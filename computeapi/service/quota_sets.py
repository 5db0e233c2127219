"""The operations on the quotas of projects, and of users in them."""

from collections.abc import Mapping

from computeapi.domain import names
from computeapi.domain.context import Context
from computeapi.domain.quotas import Quotas, QuotaUsage, check_limits
from computeapi.policies import quota_sets as rules
from computeapi.ports.database import Database
from computeapi.ports.policy import Policy
from computeapi.service.quotas import PROJECT_LOCK, QuotaReader, usage


class QuotaSets:
    """Show, change and remove the quotas of a project.

    Where a method takes a ``user_id``, None means the project itself.
    """

    def __init__(self, db: Database, policy: Policy, quotas: QuotaReader) -> None:
        self._db = db
        self._policy = policy
        self._quotas = quotas

    def show(self, context: Context, project_id: str, user_id: str | None = None) -> Quotas:
        """Return the quotas of a project, or of a user in it.

        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.SHOW, {"project_id": project_id})
        with self._db.read() as tx:
            if user_id is None:
                return self._quotas.of_project(tx, project_id)
            return self._quotas.of_user(tx, project_id, user_id)

    def defaults(self, context: Context, project_id: str) -> Quotas:
        """Return the quotas of a project that has no limits of its own.

        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.DEFAULTS, {"project_id": project_id})
        with self._db.read() as tx:
            return self._quotas.of_class(tx)

    def detail(
        self, context: Context, project_id: str, user_id: str | None = None
    ) -> tuple[Quotas, QuotaUsage]:
        """Return the quotas of a project, or of a user in it, and how much of them is used.

        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.DETAIL, {"project_id": project_id})
        with self._db.read() as tx:
            if user_id is None:
                return self._quotas.of_project(tx, project_id), usage(tx, project_id)
            quotas = self._quotas.of_user(tx, project_id, user_id)
            return quotas, usage(tx, project_id, user_id)

    def update(
        self,
        context: Context,
        project_id: str,
        limits: Mapping[str, int],
        user_id: str | None = None,
        force: bool = False,
    ) -> Quotas:
        """Change limits of a project, or of a user in it.

        :param limits: by resource; the other limits stay.
        :param force: keep the limits also where more is used already, or the project has less.
        :raises Forbidden: when the caller may not.
        :raises Invalid: when more is used, or a user would have more than the project.
        """
        self._policy.authorize(context, rules.UPDATE, {"project_id": project_id})
        names.check_length("project_id", project_id)
        names.check_length("user_id", user_id)
        with self._db.write() as tx:
            tx.lock(PROJECT_LOCK.format(project_id))
            quotas = self._quotas.of_project(tx, project_id)
            if not force:
                used = usage(tx, project_id, user_id)
                check_limits(limits, used, None if user_id is None else quotas)
            if user_id is None:
                tx.quotas.set_project(project_id, {**tx.quotas.of_project(project_id), **limits})
                return quotas.overridden(limits)
            tx.quotas.set_user(
                project_id, user_id, {**tx.quotas.of_user(project_id, user_id), **limits}
            )
            return self._quotas.of_user(tx, project_id, user_id)

    def delete(self, context: Context, project_id: str, user_id: str | None = None) -> None:
        """Remove the limits of a project and of its users, or those of one user in it.

        :raises Forbidden: when the caller may not.
        :raises Invalid: when an id is longer than ids may be.
        """
        self._policy.authorize(context, rules.DELETE, {"project_id": project_id})
        names.check_length("project_id", project_id)
        names.check_length("user_id", user_id)
        with self._db.write() as tx:
            tx.lock(PROJECT_LOCK.format(project_id))
            if user_id is None:
                tx.quotas.remove_project(project_id)
            else:
                tx.quotas.remove_user(project_id, user_id)
