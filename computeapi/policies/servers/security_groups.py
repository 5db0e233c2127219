"""The rules of the security groups of servers."""

from computeapi.policies.roles import ACTION, MEMBER, READER, operation

LIST = "os_compute_api:os-security-groups:list"
ADD = "os_compute_api:os-security-groups:add"
REMOVE = "os_compute_api:os-security-groups:remove"

RULES = [
    operation(
        LIST,
        READER,
        "List the security groups of a server",
        "GET /servers/{server_id}/os-security-groups",
    ),
    operation(ADD, MEMBER, "Add a security group to a server", f"{ACTION} (addSecurityGroup)"),
    operation(
        REMOVE,
        MEMBER,
        "Remove a security group from a server",
        f"{ACTION} (removeSecurityGroup)",
    ),
]
