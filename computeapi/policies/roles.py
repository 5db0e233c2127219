"""The roles that the other rules refer to, and the shape that all of these have."""

from oslo_policy import policy

ADMIN = "rule:context_is_admin"
READER = "rule:project_reader_or_admin"
MANAGER = "rule:project_manager_or_admin"
MEMBER = "rule:project_member_or_admin"
ANYBODY = "@"
SERVICE = "rule:service_or_admin"
OWNER = "rule:admin_or_owner_user"
#: The request for an action on a server; its name follows in parentheses.
ACTION = "POST /servers/{server_id}/action"

#: The scopes of tokens that every operation takes, as in Nova: one of a project, and no other.
SCOPES = ("project",)


def operation(
    name: str, check: str, description: str, *operations: str
) -> policy.DocumentedRuleDefault:
    """Return the rule of an operation.

    :param check: the roles, as one of the constants above.
    :param operations: the requests that it guards, each ``METHOD /path``, with the name of an
        action in parentheses: ``POST /servers/{server_id}/action (reboot)``.
    """
    requests = [
        policy.Operation(method=method, path=path)
        for method, path in (request.split(" ", 1) for request in operations)
    ]
    return policy.DocumentedRuleDefault(
        name, check, description, requests, scope_types=list(SCOPES)
    )


RULES = [
    policy.RuleDefault(
        "context_is_admin", "role:admin", "Administrators.", scope_types=list(SCOPES)
    ),
    policy.RuleDefault(
        "project_reader_or_admin",
        "rule:context_is_admin or (role:reader and project_id:%(project_id)s)",
        "Readers of the project that owns the resource, and administrators.",
    ),
    policy.RuleDefault(
        "project_member_or_admin",
        "rule:context_is_admin or (role:member and project_id:%(project_id)s)",
        "Members of the project that owns the resource, and administrators.",
    ),
    policy.RuleDefault(
        "project_manager_or_admin",
        "rule:context_is_admin or (role:manager and project_id:%(project_id)s)",
        "Managers of the project that owns the resource, and administrators.",
    ),
    policy.RuleDefault(
        "service_or_admin",
        "rule:context_is_admin or role:service",
        "Other services of the cloud, and administrators.",
    ),
    policy.RuleDefault(
        "admin_or_owner_user",
        "rule:context_is_admin or user_id:%(user_id)s",
        "The user who owns the resource, and administrators.",
    ),
]
