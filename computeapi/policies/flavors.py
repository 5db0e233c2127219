"""Who may do what with flavors. Listing and showing them is for everybody, as in Nova."""

from oslo_policy import policy

from computeapi.policies.roles import ADMIN

RULES = [
    policy.DocumentedRuleDefault(
        "os_compute_api:os-flavor-manage:create",
        ADMIN,
        "Create a flavor",
        [{"method": "POST", "path": "/flavors"}],
    ),
    policy.DocumentedRuleDefault(
        "os_compute_api:os-flavor-manage:delete",
        ADMIN,
        "Delete a flavor",
        [{"method": "DELETE", "path": "/flavors/{flavor_id}"}],
    ),
    policy.DocumentedRuleDefault(
        "os_compute_api:os-flavor-access",
        ADMIN,
        "List and show flavors that are not public",
        [
            {"method": "GET", "path": "/flavors"},
            {"method": "GET", "path": "/flavors/detail"},
            {"method": "GET", "path": "/flavors/{flavor_id}"},
        ],
    ),
]
