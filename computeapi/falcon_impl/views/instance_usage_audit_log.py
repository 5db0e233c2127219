"""The response body of usage audits (API reference, "Server usage audit log")."""

from computeapi.api import instance_usage_audit_log as contract
from computeapi.domain.usage import UsageAudit
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import Document
from computeapi.falcon_impl.views.schemas import INTEGER, TEXT, entity, mapping

_HOST = entity({"errors": INTEGER, "instances": INTEGER, "message": TEXT, "state": TEXT})
_AUDIT = entity(
    {
        "period_beginning": TEXT,
        "period_ending": TEXT,
        "hosts_not_run": array(TEXT),
        "log": mapping(_HOST),
        "num_hosts": INTEGER,
        "num_hosts_done": INTEGER,
        "num_hosts_not_run": INTEGER,
        "num_hosts_running": INTEGER,
        "overall_status": TEXT,
        "total_errors": INTEGER,
        "total_instances": INTEGER,
    }
)
AUDITS = entity({"instance_usage_audit_logs": _AUDIT})
AUDIT = entity({"instance_usage_audit_log": _AUDIT})


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
