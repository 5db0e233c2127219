"""The rules of keypairs."""

from computeapi.policies.roles import OWNER, operation

_KEYPAIRS = "os_compute_api:os-keypairs:"
_ONE = "/os-keypairs/{keypair_name}"

RULES = [
    operation(f"{_KEYPAIRS}index", OWNER, "List keypairs", "GET /os-keypairs"),
    operation(f"{_KEYPAIRS}create", OWNER, "Create or import a keypair", "POST /os-keypairs"),
    operation(f"{_KEYPAIRS}show", OWNER, "Show a keypair", f"GET {_ONE}"),
    operation(f"{_KEYPAIRS}delete", OWNER, "Delete a keypair", f"DELETE {_ONE}"),
]
