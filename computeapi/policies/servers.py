"""The rules of servers."""

from computeapi.policies.roles import ADMIN, MEMBER, READER, operation

_SERVERS = "os_compute_api:servers:"
_ACTION = "POST /servers/{server_id}/action "

RULES = [
    operation(f"{_SERVERS}index", READER, "List servers", "GET /servers"),
    operation(f"{_SERVERS}detail", READER, "List servers with details", "GET /servers/detail"),
    operation(
        f"{_SERVERS}index:get_all_tenants", ADMIN, "List servers of all projects", "GET /servers"
    ),
    operation(
        f"{_SERVERS}detail:get_all_tenants",
        ADMIN,
        "List servers of all projects with details",
        "GET /servers/detail",
    ),
    operation(
        f"{_SERVERS}allow_all_filters",
        ADMIN,
        "Use every filter of a list",
        "GET /servers",
        "GET /servers/detail",
    ),
    operation(f"{_SERVERS}show", READER, "Show a server", "GET /servers/{server_id}"),
    operation(
        "os_compute_api:os-extended-server-attributes",
        ADMIN,
        "See where a server runs and what it was started with",
        "GET /servers/{server_id}",
        "GET /servers/detail",
    ),
    operation(f"{_SERVERS}create", MEMBER, "Create servers", "POST /servers"),
    operation(
        f"{_SERVERS}create:forced_host", ADMIN, "Create servers on a given host", "POST /servers"
    ),
    operation(
        f"{_SERVERS}create:zero_disk_flavor",
        ADMIN,
        "Create servers of a flavor with disk 0, whose root disk is as large as the image",
        "POST /servers",
    ),
    operation(f"{_SERVERS}update", MEMBER, "Change a server", "PUT /servers/{server_id}"),
    operation(f"{_SERVERS}delete", MEMBER, "Delete a server", "DELETE /servers/{server_id}"),
    operation(f"{_SERVERS}start", MEMBER, "Start a server", f"{_ACTION}(os-start)"),
    operation(f"{_SERVERS}stop", MEMBER, "Stop a server", f"{_ACTION}(os-stop)"),
    operation(f"{_SERVERS}reboot", MEMBER, "Reboot a server", f"{_ACTION}(reboot)"),
    operation(
        "os_compute_api:os-console-output",
        MEMBER,
        "Show what a server wrote to its console",
        f"{_ACTION}(os-getConsoleOutput)",
    ),
]
