"""The rules of security groups, and of the rules in them."""

from computeapi.policies.roles import MEMBER, READER, operation

_GROUPS = "os_compute_api:os-security-groups:"
_ALL = "/os-security-groups"
_ONE = f"{_ALL}/{{security_group_id}}"
_RULES = "/os-security-group-rules"

GET = f"{_GROUPS}get"
SHOW = f"{_GROUPS}show"
CREATE = f"{_GROUPS}create"
UPDATE = f"{_GROUPS}update"
DELETE = f"{_GROUPS}delete"
CREATE_RULE = f"{_GROUPS}rule:create"
DELETE_RULE = f"{_GROUPS}rule:delete"

RULES = [
    operation(GET, READER, "List security groups", f"GET {_ALL}"),
    operation(SHOW, READER, "Show a security group", f"GET {_ONE}"),
    operation(CREATE, MEMBER, "Create a security group", f"POST {_ALL}"),
    operation(UPDATE, MEMBER, "Update a security group", f"PUT {_ONE}"),
    operation(DELETE, MEMBER, "Delete a security group", f"DELETE {_ONE}"),
    operation(CREATE_RULE, MEMBER, "Create a rule of a security group", f"POST {_RULES}"),
    operation(
        DELETE_RULE,
        MEMBER,
        "Delete a rule of a security group",
        f"DELETE {_RULES}/{{security_group_rule_id}}",
    ),
]
