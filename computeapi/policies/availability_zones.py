"""The rules of availability zones."""

from computeapi.policies.roles import ADMIN, ANYBODY, operation

_ZONES = "os_compute_api:os-availability-zone:"

RULES = [
    operation(f"{_ZONES}list", ANYBODY, "List availability zones", "GET /os-availability-zone"),
    operation(
        f"{_ZONES}detail",
        ADMIN,
        "List availability zones with their hosts",
        "GET /os-availability-zone/detail",
    ),
]
