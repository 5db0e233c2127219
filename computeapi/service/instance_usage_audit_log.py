"""The operations that show how many servers each host had in a month."""

from datetime import datetime

from computeapi.domain.context import Context
from computeapi.domain.usage import UsageAudit, last_month
from computeapi.policies import instance_usage_audit_log as rules
from computeapi.ports.database import Database
from computeapi.ports.policy import Policy


class InstanceUsageAuditLog:
    """Show usage audits.

    Nova's hosts count their servers once a month and keep a log of it. Here the use of servers is
    kept as it changes, so that every host is always done.
    """

    def __init__(self, db: Database, policy: Policy) -> None:
        self._db = db
        self._policy = policy

    def list(self, context: Context) -> UsageAudit:
        """Return the audit of the last month that is over.

        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.LIST)
        return self._audit(None)

    def show(self, context: Context, before: datetime) -> UsageAudit:
        """Return the audit of the last month that was over at a moment.

        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.SHOW)
        return self._audit(before)

    def _audit(self, before: datetime | None) -> UsageAudit:
        with self._db.read() as tx:
            beginning, ending = last_month(before or tx.now())
            servers = tx.usage.count_by_host(beginning, ending)
            hosts = [host.name for host in tx.hosts.list()]
        return UsageAudit(beginning, ending, {name: servers.get(name, 0) for name in hosts})
