"""The rule of deleting servers."""

from computeapi.policies.roles import MEMBER, operation

DELETE = "os_compute_api:servers:delete"

RULES = [operation(DELETE, MEMBER, "Delete a server", "DELETE /servers/{server_id}")]
