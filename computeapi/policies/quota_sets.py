"""The rules of the quotas of projects."""

from computeapi.policies.roles import ADMIN, ANYBODY, READER, operation

_QUOTAS = "os_compute_api:os-quota-sets:"
_ONE = "/os-quota-sets/{tenant_id}"

SHOW = f"{_QUOTAS}show"
DEFAULTS = f"{_QUOTAS}defaults"
DETAIL = f"{_QUOTAS}detail"
UPDATE = f"{_QUOTAS}update"
DELETE = f"{_QUOTAS}delete"

RULES = [
    operation(UPDATE, ADMIN, "Change the quotas of a project", f"PUT {_ONE}"),
    operation(DEFAULTS, ANYBODY, "Show the default quotas", f"GET {_ONE}/defaults"),
    operation(SHOW, READER, "Show the quotas of a project", f"GET {_ONE}"),
    operation(DELETE, ADMIN, "Give a project the default quotas", f"DELETE {_ONE}"),
    operation(DETAIL, READER, "Show the quotas of a project and their use", f"GET {_ONE}/detail"),
]
