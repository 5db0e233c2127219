"""Who is who: the rules that the others lean on."""

from oslo_policy import policy

ADMIN = "rule:context_is_admin"
READER = "rule:project_reader_or_admin"
MEMBER = "rule:project_member_or_admin"
ANYBODY = "@"
OWNER = "rule:admin_or_owner_user"

RULES = [
    policy.RuleDefault("context_is_admin", "role:admin", "Administrators."),
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
        "admin_or_owner_user",
        "rule:context_is_admin or user_id:%(user_id)s",
        "The user who owns the resource, and administrators.",
    ),
]
