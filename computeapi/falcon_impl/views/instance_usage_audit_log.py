"""The response body of usage audits (API reference, "Server usage audit log")."""

from computeapi.api import instance_usage_audit_log as contract
from computeapi.domain.usage import UsageAudit
from computeapi.falcon_impl.views.fields import Document


def audit(audit: UsageAudit) -> Document:
    """Return the document of an audit."""
    return {
        "period_beginning": str(audit.beginning),
        "period_ending": str(audit.ending),
        "hosts_not_run": [],
        "log": {host: _host(servers) for host, servers in audit.servers.items()},
        "num_hosts": len(audit.servers),
        "num_hosts_done": len(audit.servers),
        "num_hosts_not_run": 0,
        "num_hosts_running": 0,
        "overall_status": contract.ALL_DONE,
        "total_errors": 0,
        "total_instances": sum(audit.servers.values()),
    }


def _host(servers: int) -> Document:
    return {
        "errors": 0,
        "instances": servers,
        "message": contract.message(servers),
        "state": contract.HOST_DONE,
    }
