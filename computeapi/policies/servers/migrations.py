"""The rules of the live migrations of a server."""

from computeapi.policies.roles import ADMIN, MANAGER, operation

_MIGRATIONS = "os_compute_api:servers:migrations:"
_PATH = "/servers/{server_id}/migrations"

INDEX = f"{_MIGRATIONS}index"
HOSTS = f"{_MIGRATIONS}index:host"
SHOW = f"{_MIGRATIONS}show"
FORCE_COMPLETE = f"{_MIGRATIONS}force_complete"
DELETE = f"{_MIGRATIONS}delete"

RULES = [
    operation(INDEX, MANAGER, "List the live migrations of a server", f"GET {_PATH}"),
    operation(HOSTS, ADMIN, "Show the hosts of live migrations", f"GET {_PATH}"),
    operation(SHOW, ADMIN, "Show a live migration", f"GET {_PATH}/{{migration_id}}"),
    operation(
        FORCE_COMPLETE,
        MANAGER,
        "Force a live migration to complete",
        f"POST {_PATH}/{{migration_id}}/action (force_complete)",
    ),
    operation(DELETE, MANAGER, "Abort a live migration", f"DELETE {_PATH}/{{migration_id}}"),
]
