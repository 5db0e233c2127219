"""The rule of resetting the state of servers."""

from computeapi.policies.roles import ACTION, ADMIN, operation

RESET_STATE = "os_compute_api:os-admin-actions:reset_state"

RULES = [
    operation(RESET_STATE, ADMIN, "Reset the state of a server", f"{ACTION} (os-resetState)"),
]
