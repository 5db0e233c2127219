"""The rules of flavors. Listing and showing public ones needs no rule, as in Nova."""

from computeapi.policies.roles import ADMIN, operation

RULES = [
    operation("os_compute_api:os-flavor-manage:create", ADMIN, "Create a flavor", "POST /flavors"),
    operation(
        "os_compute_api:os-flavor-manage:delete",
        ADMIN,
        "Delete a flavor",
        "DELETE /flavors/{flavor_id}",
    ),
    operation(
        "os_compute_api:os-flavor-access",
        ADMIN,
        "List and show flavors that are not public",
        "GET /flavors",
        "GET /flavors/detail",
        "GET /flavors/{flavor_id}",
    ),
]
