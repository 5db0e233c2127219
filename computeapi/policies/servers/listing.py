"""The rules of listing and showing servers."""

from computeapi.policies.roles import ADMIN, READER, operation

INDEX = "os_compute_api:servers:index"
DETAIL = "os_compute_api:servers:detail"
SHOW = "os_compute_api:servers:show"
ALLOW_ALL_FILTERS = "os_compute_api:servers:allow_all_filters"
ADDRESSES = "os_compute_api:ips:index"
NETWORK_ADDRESSES = "os_compute_api:ips:show"
EXTENDED_ATTRIBUTES = "os_compute_api:os-extended-server-attributes"
HOST_STATUS = f"{SHOW}:host_status"
HOST_STATUS_UNKNOWN = f"{HOST_STATUS}:unknown-only"
FLAVOR_EXTRA_SPECS = f"{SHOW}:flavor-extra-specs"

#: The requests whose answers show servers with details.
_SHOWN = ("GET /servers/{server_id}", "GET /servers/detail", "PUT /servers/{server_id}")


def of_all_projects(rule: str) -> str:
    """Return the rule of listing the servers of all projects.

    :param rule: :data:`INDEX` or :data:`DETAIL`.
    """
    return f"{rule}:get_all_tenants"


RULES = [
    operation(INDEX, READER, "List servers", "GET /servers"),
    operation(DETAIL, READER, "List servers with details", "GET /servers/detail"),
    operation(of_all_projects(INDEX), ADMIN, "List servers of all projects", "GET /servers"),
    operation(
        of_all_projects(DETAIL),
        ADMIN,
        "List servers of all projects with details",
        "GET /servers/detail",
    ),
    operation(
        ALLOW_ALL_FILTERS,
        ADMIN,
        "Use every filter of a list",
        "GET /servers",
        "GET /servers/detail",
    ),
    operation(SHOW, READER, "Show a server", "GET /servers/{server_id}"),
    operation(ADDRESSES, READER, "List the addresses of a server", "GET /servers/{server_id}/ips"),
    operation(
        NETWORK_ADDRESSES,
        READER,
        "Show the addresses of a server in a network",
        "GET /servers/{server_id}/ips/{network_label}",
    ),
    operation(
        EXTENDED_ATTRIBUTES,
        ADMIN,
        "See where a server runs and what it was started with",
        *_SHOWN,
    ),
    operation(HOST_STATUS, ADMIN, "See the status of the host of a server", *_SHOWN),
    operation(
        HOST_STATUS_UNKNOWN,
        ADMIN,
        "See that the status of the host of a server is unknown, and no other status",
        *_SHOWN,
    ),
    operation(
        FLAVOR_EXTRA_SPECS,
        READER,
        "See the extra specs of the flavor of a server",
        *_SHOWN,
    ),
]
