"""The quotas in force: those of the configuration, and the limits that replace them."""

from computeapi.domain.quotas import DEFAULT_CLASS, Quotas, QuotaUsage
from computeapi.ports.database import Transaction

#: The name of the lock under which the quotas of a project are read and its use is counted.
PROJECT_LOCK = "project:{}"


class QuotaReader:
    """Reads quotas in the transaction that has to keep to them.

    :param configured: the quotas of the configuration.
    """

    def __init__(self, configured: Quotas) -> None:
        self._configured = configured

    def of_class(self, tx: Transaction, name: str = DEFAULT_CLASS) -> Quotas:
        """Return the quotas of a quota class; those of the default one are every project's."""
        return self._configured.overridden(tx.quotas.of_class(name))

    def of_project(self, tx: Transaction, project_id: str) -> Quotas:
        """Return the quotas of a project."""
        return self.of_class(tx).overridden(tx.quotas.of_project(project_id))

    def of_user(self, tx: Transaction, project_id: str, user_id: str) -> Quotas:
        """Return the quotas of a user in a project; the project's own hold beside them."""
        return self.of_both(tx, project_id, user_id)[1]

    def of_both(self, tx: Transaction, project_id: str, user_id: str) -> tuple[Quotas, Quotas]:
        """Return the quotas of a project, and those of a user in it."""
        project = self.of_project(tx, project_id)
        return project, project.overridden(tx.quotas.of_user(project_id, user_id))


def usage(tx: Transaction, project_id: str, user_id: str | None = None) -> QuotaUsage:
    """Count how much a project uses of its quotas.

    :param user_id: count only the use of this user.
    """
    return QuotaUsage.of(
        tx.servers.usage(project_id, user_id), tx.server_groups.count(project_id, user_id)
    )
