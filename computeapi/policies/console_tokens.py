"""The rule of console tokens."""

from computeapi.policies.roles import ADMIN, operation

SHOW = "os_compute_api:os-console-auth-tokens"

RULES = [
    operation(
        SHOW,
        ADMIN,
        "Show where the console of a token is",
        "GET /os-console-auth-tokens/{console_token}",
    ),
]
