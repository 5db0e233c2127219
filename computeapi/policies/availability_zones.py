"""Who may learn of availability zones."""

from oslo_policy import policy

from computeapi.policies.roles import ADMIN, ANYBODY

RULES = [
    policy.DocumentedRuleDefault(
        "os_compute_api:os-availability-zone:list",
        ANYBODY,
        "List availability zones",
        [{"method": "GET", "path": "/os-availability-zone"}],
    ),
    policy.DocumentedRuleDefault(
        "os_compute_api:os-availability-zone:detail",
        ADMIN,
        "List availability zones with their hosts",
        [{"method": "GET", "path": "/os-availability-zone/detail"}],
    ),
]
