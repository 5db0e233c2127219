"""The rules of servers' consoles."""

from computeapi.policies.roles import ACTION, MEMBER, operation

OUTPUT = "os_compute_api:os-console-output"
REMOTE = "os_compute_api:os-remote-consoles"

RULES = [
    operation(
        OUTPUT,
        MEMBER,
        "Show what a server wrote to its console",
        f"{ACTION} (os-getConsoleOutput)",
    ),
    operation(
        REMOTE,
        MEMBER,
        "Get a URL that opens a console of a server",
        "POST /servers/{server_id}/remote-consoles",
        f"{ACTION} (os-getVNCConsole)",
        f"{ACTION} (os-getSPICEConsole)",
        f"{ACTION} (os-getSerialConsole)",
    ),
]
