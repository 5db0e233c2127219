"""The rules of actions that administer servers."""

from computeapi.policies.roles import ACTION, ADMIN, MEMBER, operation

RESET_STATE = "os_compute_api:os-admin-actions:reset_state"
INJECT_NETWORK_INFO = "os_compute_api:os-admin-actions:inject_network_info"
CHANGE_PASSWORD = "os_compute_api:os-admin-password"  # noqa: S105 - the name of a rule
TRIGGER_CRASH_DUMP = "os_compute_api:servers:trigger_crash_dump"

RULES = [
    operation(RESET_STATE, ADMIN, "Reset the state of a server", f"{ACTION} (os-resetState)"),
    operation(
        INJECT_NETWORK_INFO,
        ADMIN,
        "Inject the network information into a server",
        f"{ACTION} (injectNetworkInfo)",
    ),
    operation(
        CHANGE_PASSWORD,
        MEMBER,
        "Change the administrative password of a server",
        f"{ACTION} (changePassword)",
    ),
    operation(
        TRIGGER_CRASH_DUMP,
        MEMBER,
        "Trigger a crash dump in a server",
        f"{ACTION} (trigger_crash_dump)",
    ),
]
