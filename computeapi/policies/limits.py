"""Who may learn of limits."""

from oslo_policy import policy

from computeapi.policies.roles import ADMIN, ANYBODY

RULES = [
    policy.DocumentedRuleDefault(
        "os_compute_api:limits",
        ANYBODY,
        "Show the limits of one's project",
        [{"method": "GET", "path": "/limits"}],
    ),
    policy.DocumentedRuleDefault(
        "os_compute_api:limits:other_project",
        ADMIN,
        "Show the limits of another project",
        [{"method": "GET", "path": "/limits?tenant_id={project_id}"}],
    ),
]
