"""The rules of limits."""

from computeapi.policies.roles import ADMIN, ANYBODY, operation

RULES = [
    operation("os_compute_api:limits", ANYBODY, "Show the limits of one's project", "GET /limits"),
    operation(
        "os_compute_api:limits:other_project",
        ADMIN,
        "Show the limits of another project",
        "GET /limits?tenant_id={project_id}",
    ),
]
