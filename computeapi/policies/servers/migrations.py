"""The rules of the live migrations of a server."""

from computeapi.policies.roles import ADMIN, MANAGER, operation

_MIGRATIONS = "os_compute_api:servers:migrations:"
_PATH = "/servers/{server_id}/migrations"

INDEX = f"{_MIGRATIONS}index"
HOSTS = f"{_MIGRATIONS}index:host"
SHOW = f"{_MIGRATIONS}show"

RULES = [
    operation(INDEX, MANAGER, "List the live migrations of a server", f"GET {_PATH}"),
    operation(HOSTS, ADMIN, "Show the hosts of live migrations", f"GET {_PATH}"),
    operation(SHOW, ADMIN, "Show a live migration", f"GET {_PATH}/{{migration_id}}"),
]
