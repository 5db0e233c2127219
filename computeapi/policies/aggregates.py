"""The rules of aggregates."""

from computeapi.policies.roles import ADMIN, operation

_AGGREGATES = "os_compute_api:os-aggregates:"
_ONE = "/os-aggregates/{aggregate_id}"

LIST = f"{_AGGREGATES}index"
SHOW = f"{_AGGREGATES}show"
CREATE = f"{_AGGREGATES}create"
UPDATE = f"{_AGGREGATES}update"
DELETE = f"{_AGGREGATES}delete"
ADD_HOST = f"{_AGGREGATES}add_host"
REMOVE_HOST = f"{_AGGREGATES}remove_host"
SET_METADATA = f"{_AGGREGATES}set_metadata"
CACHE_IMAGES = "compute:aggregates:images"

RULES = [
    operation(LIST, ADMIN, "List aggregates", "GET /os-aggregates"),
    operation(CREATE, ADMIN, "Create an aggregate", "POST /os-aggregates"),
    operation(SHOW, ADMIN, "Show an aggregate", f"GET {_ONE}"),
    operation(UPDATE, ADMIN, "Rename an aggregate, or change its zone", f"PUT {_ONE}"),
    operation(DELETE, ADMIN, "Delete an aggregate", f"DELETE {_ONE}"),
    operation(ADD_HOST, ADMIN, "Add a host to an aggregate", f"POST {_ONE}/action (add_host)"),
    operation(
        REMOVE_HOST, ADMIN, "Remove a host from an aggregate", f"POST {_ONE}/action (remove_host)"
    ),
    operation(
        SET_METADATA,
        ADMIN,
        "Change the metadata of an aggregate",
        f"POST {_ONE}/action (set_metadata)",
    ),
    operation(
        CACHE_IMAGES, ADMIN, "Fetch images to the hosts of an aggregate", f"POST {_ONE}/images"
    ),
]
