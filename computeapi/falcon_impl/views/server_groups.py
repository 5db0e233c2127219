"""Response bodies of server groups (API reference, "Server groups")."""

from typing import Any

from computeapi.api import server_groups as contract
from computeapi.api.versions import Version
from computeapi.domain.server_groups import GroupWithMembers
from computeapi.falcon_impl.views.fields import Constant, Document, Field, Fields


def _policies(item: GroupWithMembers, view: Any) -> list[str]:
    return [item.group.policy]


def _hard_policies(item: GroupWithMembers, view: Any) -> list[str]:
    return [item.group.policy] if item.group.policy in contract.HARD else []


def _rules(item: GroupWithMembers, view: Any) -> Document:
    most = item.group.max_server_per_host
    return {} if most is None else {"max_server_per_host": most}


SERVER_GROUP = Fields(
    Field("id", "group.id"),
    Field("name", "group.name"),
    Field("policies", _hard_policies, contract.HARD_POLICIES),
    Field("policies", _policies, contract.ALL_POLICIES),
    Field("policy", "group.policy", contract.POLICY),
    Field("rules", _rules, contract.POLICY),
    Field("members", "members"),
    Field("metadata", Constant({}), contract.POLICIES),
    Field("project_id", "group.project_id", contract.OWNER),
    Field("user_id", "group.user_id", contract.OWNER),
)


def server_group(item: GroupWithMembers, version: Version) -> Document:
    """Return the document of a server group."""
    return SERVER_GROUP.document(item, version)
