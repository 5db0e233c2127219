"""The rule of changing a server's name and access addresses."""

from computeapi.policies.roles import MEMBER, operation

UPDATE = "os_compute_api:servers:update"

RULES = [operation(UPDATE, MEMBER, "Change a server", "PUT /servers/{server_id}")]
