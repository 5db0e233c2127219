"""The rule of extensions."""

from computeapi.policies.roles import ANYBODY, operation

SHOW = "os_compute_api:extensions"

RULES = [
    operation(
        SHOW, ANYBODY, "List and show extensions", "GET /extensions", "GET /extensions/{alias}"
    )
]
