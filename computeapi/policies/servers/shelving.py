"""The rules of shelving servers."""

from computeapi.policies.roles import ACTION, ADMIN, MEMBER, operation

SHELVE = "os_compute_api:os-shelve:shelve"
SHELVE_OFFLOAD = "os_compute_api:os-shelve:shelve_offload"
UNSHELVE = "os_compute_api:os-shelve:unshelve"
UNSHELVE_TO_HOST = "os_compute_api:os-shelve:unshelve_to_host"

RULES = [
    operation(SHELVE, MEMBER, "Shelve a server", f"{ACTION} (shelve)"),
    operation(
        SHELVE_OFFLOAD,
        ADMIN,
        "Remove a shelved server from its host",
        f"{ACTION} (shelveOffload)",
    ),
    operation(UNSHELVE, MEMBER, "Unshelve a server", f"{ACTION} (unshelve)"),
    operation(
        UNSHELVE_TO_HOST, ADMIN, "Unshelve a server to a host of choice", f"{ACTION} (unshelve)"
    ),
]
