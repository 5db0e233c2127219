"""The rules of compute services."""

from computeapi.policies.roles import ADMIN, operation

_SERVICES = "os_compute_api:os-services:"
_ONE = "/os-services/{service_id}"

LIST = f"{_SERVICES}list"
UPDATE = f"{_SERVICES}update"
DELETE = f"{_SERVICES}delete"

RULES = [
    operation(LIST, ADMIN, "List compute services", "GET /os-services"),
    operation(
        UPDATE,
        ADMIN,
        "Enable, disable or force down a compute service",
        "PUT /os-services/enable",
        "PUT /os-services/disable",
        "PUT /os-services/disable-log-reason",
        "PUT /os-services/force-down",
        f"PUT {_ONE}",
    ),
    operation(DELETE, ADMIN, "Delete a compute service", f"DELETE {_ONE}"),
]
