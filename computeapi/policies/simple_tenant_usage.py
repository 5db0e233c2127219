"""The rules of the use of servers."""

from computeapi.policies.roles import ADMIN, READER, operation

_USAGE = "os_compute_api:os-simple-tenant-usage:"

SHOW = f"{_USAGE}show"
LIST = f"{_USAGE}list"

RULES = [
    operation(SHOW, READER, "Show the use of a project", "GET /os-simple-tenant-usage/{tenant_id}"),
    operation(LIST, ADMIN, "List the use of all projects", "GET /os-simple-tenant-usage"),
]
