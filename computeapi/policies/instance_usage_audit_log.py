"""The rules of usage audits."""

from computeapi.policies.roles import ADMIN, operation

_AUDITS = "os_compute_api:os-instance-usage-audit-log:"
_LOG = "/os-instance_usage_audit_log"

LIST = f"{_AUDITS}list"
SHOW = f"{_AUDITS}show"

RULES = [
    operation(LIST, ADMIN, "Show the usage audit of the last month", f"GET {_LOG}"),
    operation(
        SHOW,
        ADMIN,
        "Show the usage audit of the month before a moment",
        f"GET {_LOG}/{{before_timestamp}}",
    ),
]
