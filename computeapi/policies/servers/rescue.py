"""The rules of rescuing servers."""

from computeapi.policies.roles import ACTION, MEMBER, operation

RESCUE = "os_compute_api:os-rescue"
UNRESCUE = "os_compute_api:os-unrescue"

RULES = [
    operation(RESCUE, MEMBER, "Rescue a server", f"{ACTION} (rescue)"),
    operation(UNRESCUE, MEMBER, "End the rescue of a server", f"{ACTION} (unrescue)"),
]
