"""The rules of deleting servers."""

from computeapi.policies.roles import ACTION, MEMBER, operation

DELETE = "os_compute_api:servers:delete"

FORCE_DELETE = "os_compute_api:os-deferred-delete:force"
RESTORE = "os_compute_api:os-deferred-delete:restore"

RULES = [
    operation(DELETE, MEMBER, "Delete a server", "DELETE /servers/{server_id}"),
    operation(FORCE_DELETE, MEMBER, "Delete a server at once", f"{ACTION} (forceDelete)"),
    operation(RESTORE, MEMBER, "Restore a deleted server", f"{ACTION} (restore)"),
]
