"""The rules of the actions on the addresses of servers."""

from computeapi.policies.roles import ACTION, MEMBER, operation

ADD_FIXED_IP = "os_compute_api:os-multinic:add"
REMOVE_FIXED_IP = "os_compute_api:os-multinic:remove"
ADD_FLOATING_IP = "os_compute_api:os-floating-ips:add"
REMOVE_FLOATING_IP = "os_compute_api:os-floating-ips:remove"

RULES = [
    operation(ADD_FIXED_IP, MEMBER, "Add a fixed IP to a server", f"{ACTION} (addFixedIp)"),
    operation(
        REMOVE_FIXED_IP, MEMBER, "Remove a fixed IP from a server", f"{ACTION} (removeFixedIp)"
    ),
    operation(
        ADD_FLOATING_IP, MEMBER, "Add a floating IP to a server", f"{ACTION} (addFloatingIp)"
    ),
    operation(
        REMOVE_FLOATING_IP,
        MEMBER,
        "Remove a floating IP from a server",
        f"{ACTION} (removeFloatingIp)",
    ),
]
