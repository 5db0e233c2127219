"""Usage audits."""

from computeapi.api import instance_usage_audit_log as contract
from computeapi.domain import usage as domain
from computeapi.pecan_impl.types.responses import ResponseType


class HostAudit(ResponseType):
    """The audit of one host."""

    errors = int
    instances = int
    message = str
    state = str


class UsageAudit(ResponseType):
    """The audit of a month."""

    hosts_not_run = [str]
    log = {str: HostAudit}
    num_hosts = int
    num_hosts_done = int
    num_hosts_not_run = int
    num_hosts_running = int
    overall_status = str
    period_beginning = str
    period_ending = str
    total_errors = int
    total_instances = int

    @classmethod
    def of(cls, audit: domain.UsageAudit) -> "UsageAudit":
        """Return an audit."""
        return cls(
            hosts_not_run=[],
            log={host: _host(servers) for host, servers in audit.servers.items()},
            num_hosts=len(audit.servers),
            num_hosts_done=len(audit.servers),
            num_hosts_not_run=0,
            num_hosts_running=0,
            overall_status=contract.ALL_DONE,
            period_beginning=str(audit.beginning),
            period_ending=str(audit.ending),
            total_errors=0,
            total_instances=sum(audit.servers.values()),
        )


def _host(servers: int) -> HostAudit:
    return HostAudit(
        errors=0, instances=servers, message=contract.message(servers), state=contract.HOST_DONE
    )


class UsageAudits(ResponseType):
    """The audit of the last month."""

    instance_usage_audit_logs = UsageAudit


class UsageAuditDocument(ResponseType):
    """The audit of the month before a moment."""

    instance_usage_audit_log = UsageAudit
