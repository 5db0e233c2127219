"""The rules of floating IPs, and of the pools that they are of."""

from computeapi.policies.roles import ANYBODY, MEMBER, READER, operation

_IPS = "os_compute_api:os-floating-ips:"
_ALL = "/os-floating-ips"
_ONE = f"{_ALL}/{{floating_ip_id}}"

LIST = f"{_IPS}list"
SHOW = f"{_IPS}show"
CREATE = f"{_IPS}create"
DELETE = f"{_IPS}delete"
POOLS = "os_compute_api:os-floating-ip-pools"

RULES = [
    operation(LIST, READER, "List floating IPs", f"GET {_ALL}"),
    operation(SHOW, READER, "Show a floating IP", f"GET {_ONE}"),
    operation(CREATE, MEMBER, "Create a floating IP", f"POST {_ALL}"),
    operation(DELETE, MEMBER, "Delete a floating IP", f"DELETE {_ONE}"),
    operation(POOLS, ANYBODY, "List pools of floating IPs", "GET /os-floating-ip-pools"),
]
