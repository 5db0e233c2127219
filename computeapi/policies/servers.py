"""Who may do what with servers."""

from oslo_policy import policy

from computeapi.policies.roles import ADMIN, MEMBER, READER

_SERVERS = "os_compute_api:servers:"


def _rule(name: str, check: str, description: str, *operations: str) -> policy.RuleDefault:
    paths = [policy.Operation(method=m, path=p) for m, p in (o.split(" ", 1) for o in operations)]
    return policy.DocumentedRuleDefault(name, check, description, paths)


_ACTION = "POST /servers/{server_id}/action "

RULES = [
    _rule(f"{_SERVERS}index", READER, "List servers", "GET /servers"),
    _rule(f"{_SERVERS}detail", READER, "List servers with details", "GET /servers/detail"),
    _rule(
        f"{_SERVERS}index:get_all_tenants", ADMIN, "List servers of all projects", "GET /servers"
    ),
    _rule(
        f"{_SERVERS}detail:get_all_tenants",
        ADMIN,
        "List servers of all projects with details",
        "GET /servers/detail",
    ),
    _rule(
        f"{_SERVERS}allow_all_filters",
        ADMIN,
        "Use every filter of a list",
        "GET /servers",
        "GET /servers/detail",
    ),
    _rule(f"{_SERVERS}show", READER, "Show a server", "GET /servers/{server_id}"),
    _rule(
        "os_compute_api:os-extended-server-attributes",
        ADMIN,
        "See where a server runs and what it was started with",
        "GET /servers/{server_id}",
        "GET /servers/detail",
    ),
    _rule(f"{_SERVERS}create", MEMBER, "Create servers", "POST /servers"),
    _rule(
        f"{_SERVERS}create:forced_host", ADMIN, "Create servers on a given host", "POST /servers"
    ),
    _rule(
        f"{_SERVERS}create:zero_disk_flavor",
        ADMIN,
        "Create servers of a flavor with disk 0, whose root disk is as large as the image",
        "POST /servers",
    ),
    _rule(f"{_SERVERS}update", MEMBER, "Change a server", "PUT /servers/{server_id}"),
    _rule(f"{_SERVERS}delete", MEMBER, "Delete a server", "DELETE /servers/{server_id}"),
    _rule(f"{_SERVERS}start", MEMBER, "Start a server", f"{_ACTION}(os-start)"),
    _rule(f"{_SERVERS}stop", MEMBER, "Stop a server", f"{_ACTION}(os-stop)"),
    _rule(f"{_SERVERS}reboot", MEMBER, "Reboot a server", f"{_ACTION}(reboot)"),
    _rule(
        "os_compute_api:os-console-output",
        MEMBER,
        "Show what a server wrote to its console",
        f"{_ACTION}(os-getConsoleOutput)",
    ),
]
