"""The rule of a server's console output."""

from computeapi.policies.roles import ACTION, MEMBER, operation

OUTPUT = "os_compute_api:os-console-output"

RULES = [
    operation(
        OUTPUT,
        MEMBER,
        "Show what a server wrote to its console",
        f"{ACTION} (os-getConsoleOutput)",
    ),
]
