"""The rules of flavors. Listing and showing them needs no rule, as in Nova."""

from computeapi.policies.roles import ADMIN, READER, operation

CREATE = "os_compute_api:os-flavor-manage:create"
UPDATE = "os_compute_api:os-flavor-manage:update"
DELETE = "os_compute_api:os-flavor-manage:delete"
ACCESS = "os_compute_api:os-flavor-access"
ADD_ACCESS = "os_compute_api:os-flavor-access:add_tenant_access"
REMOVE_ACCESS = "os_compute_api:os-flavor-access:remove_tenant_access"
EXTRA_SPECS_INDEX = "os_compute_api:os-flavor-extra-specs:index"
EXTRA_SPECS_SHOW = "os_compute_api:os-flavor-extra-specs:show"
EXTRA_SPECS_CREATE = "os_compute_api:os-flavor-extra-specs:create"
EXTRA_SPECS_UPDATE = "os_compute_api:os-flavor-extra-specs:update"
EXTRA_SPECS_DELETE = "os_compute_api:os-flavor-extra-specs:delete"

_FLAVOR = "/flavors/{flavor_id}"
_SPECS = f"{_FLAVOR}/os-extra_specs"
_SPEC = f"{_SPECS}/{{name}}"
_ACTION = f"POST {_FLAVOR}/action"

RULES = [
    operation(CREATE, ADMIN, "Create a flavor", "POST /flavors"),
    operation(UPDATE, ADMIN, "Change the description of a flavor", f"PUT {_FLAVOR}"),
    operation(DELETE, ADMIN, "Delete a flavor", f"DELETE {_FLAVOR}"),
    operation(
        ACCESS,
        ADMIN,
        "List the projects that may use a flavor that is not public",
        f"GET {_FLAVOR}/os-flavor-access",
    ),
    operation(ADD_ACCESS, ADMIN, "Allow a project to use a flavor", f"{_ACTION} (addTenantAccess)"),
    operation(
        REMOVE_ACCESS,
        ADMIN,
        "Remove a project's access to a flavor",
        f"{_ACTION} (removeTenantAccess)",
    ),
    operation(
        EXTRA_SPECS_INDEX,
        READER,
        "List the extra specs of a flavor, and see them in flavors",
        f"GET {_SPECS}",
        "GET /flavors/detail",
        f"GET {_FLAVOR}",
        "POST /flavors",
        f"PUT {_FLAVOR}",
    ),
    operation(EXTRA_SPECS_SHOW, READER, "Show an extra spec of a flavor", f"GET {_SPEC}"),
    operation(EXTRA_SPECS_CREATE, ADMIN, "Add extra specs to a flavor", f"POST {_SPECS}"),
    operation(EXTRA_SPECS_UPDATE, ADMIN, "Change an extra spec of a flavor", f"PUT {_SPEC}"),
    operation(EXTRA_SPECS_DELETE, ADMIN, "Remove an extra spec of a flavor", f"DELETE {_SPEC}"),
]
