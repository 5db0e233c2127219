"""The rule of the diagnostics of servers."""

from computeapi.policies.roles import ADMIN, operation

SHOW = "os_compute_api:os-server-diagnostics"

RULES = [
    operation(
        SHOW, ADMIN, "Show the diagnostics of a server", "GET /servers/{server_id}/diagnostics"
    ),
]
