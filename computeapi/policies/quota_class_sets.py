"""The rules of quota classes."""

from computeapi.policies.roles import ADMIN, operation

_CLASSES = "os_compute_api:os-quota-class-sets:"
_ONE = "/os-quota-class-sets/{quota_class}"

SHOW = f"{_CLASSES}show"
UPDATE = f"{_CLASSES}update"

RULES = [
    operation(SHOW, ADMIN, "Show the quotas of a quota class", f"GET {_ONE}"),
    operation(UPDATE, ADMIN, "Change the quotas of a quota class", f"PUT {_ONE}"),
]
