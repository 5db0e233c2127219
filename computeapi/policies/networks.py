"""The rules of the networks that the network service has."""

from computeapi.policies.roles import READER, operation

LIST = "os_compute_api:os-networks:list"
SHOW = "os_compute_api:os-networks:show"
LIST_FOR_PROJECT = "os_compute_api:os-tenant-networks:list"
SHOW_FOR_PROJECT = "os_compute_api:os-tenant-networks:show"

RULES = [
    operation(LIST, READER, "List networks", "GET /os-networks"),
    operation(SHOW, READER, "Show a network", "GET /os-networks/{network_id}"),
    operation(LIST_FOR_PROJECT, READER, "List networks of a project", "GET /os-tenant-networks"),
    operation(
        SHOW_FOR_PROJECT,
        READER,
        "Show a network of a project",
        "GET /os-tenant-networks/{network_id}",
    ),
]
