"""The rules of listing the moves of servers."""

from computeapi.policies.roles import ADMIN, MANAGER, operation

_MIGRATIONS = "os_compute_api:os-migrations:"
_REQUEST = "GET /os-migrations"

INDEX = f"{_MIGRATIONS}index"
ALL_PROJECTS = f"{_MIGRATIONS}index:all_projects"
HOSTS = f"{_MIGRATIONS}index:host"

RULES = [
    operation(INDEX, MANAGER, "List the moves that callers of the project asked for", _REQUEST),
    operation(ALL_PROJECTS, ADMIN, "List the moves of all projects", _REQUEST),
    operation(HOSTS, ADMIN, "Show the hosts of moves", _REQUEST),
]
