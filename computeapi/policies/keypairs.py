"""Who may do what with keypairs."""

from oslo_policy import policy

from computeapi.policies.roles import OWNER


def _rule(action: str, description: str, method: str, path: str) -> policy.RuleDefault:
    return policy.DocumentedRuleDefault(
        f"os_compute_api:os-keypairs:{action}",
        OWNER,
        description,
        [{"method": method, "path": path}],
    )


RULES = [
    _rule("index", "List keypairs", "GET", "/os-keypairs"),
    _rule("create", "Create or import a keypair", "POST", "/os-keypairs"),
    _rule("show", "Show a keypair", "GET", "/os-keypairs/{keypair_name}"),
    _rule("delete", "Delete a keypair", "DELETE", "/os-keypairs/{keypair_name}"),
]
