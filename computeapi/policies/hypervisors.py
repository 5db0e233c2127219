"""The rules of hypervisors."""

from computeapi.policies.roles import ADMIN, operation

_HYPERVISORS = "os_compute_api:os-hypervisors:"
_ONE = "/os-hypervisors/{hypervisor_id}"

LIST = f"{_HYPERVISORS}list"
DETAIL = f"{_HYPERVISORS}list-detail"
STATISTICS = f"{_HYPERVISORS}statistics"
SHOW = f"{_HYPERVISORS}show"
UPTIME = f"{_HYPERVISORS}uptime"
SEARCH = f"{_HYPERVISORS}search"
SERVERS = f"{_HYPERVISORS}servers"

RULES = [
    operation(LIST, ADMIN, "List hypervisors", "GET /os-hypervisors"),
    operation(DETAIL, ADMIN, "List hypervisors in detail", "GET /os-hypervisors/detail"),
    operation(STATISTICS, ADMIN, "Add up all hypervisors", "GET /os-hypervisors/statistics"),
    operation(SHOW, ADMIN, "Show a hypervisor", f"GET {_ONE}"),
    operation(UPTIME, ADMIN, "Show the uptime of a hypervisor", f"GET {_ONE}/uptime"),
    operation(
        SEARCH, ADMIN, "Find hypervisors by name", "GET /os-hypervisors/{hostname_part}/search"
    ),
    operation(
        SERVERS,
        ADMIN,
        "List the servers of hypervisors",
        "GET /os-hypervisors/{hostname_part}/servers",
    ),
]
