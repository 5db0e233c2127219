"""The rule of evacuating servers."""

from computeapi.policies.roles import ACTION, ADMIN, operation

EVACUATE = "os_compute_api:os-evacuate"

RULES = [
    operation(EVACUATE, ADMIN, "Evacuate a server whose host is down", f"{ACTION} (evacuate)"),
]
