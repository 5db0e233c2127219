"""Response bodies of server groups (API reference, "Server groups")."""

from typing import Any

from computeapi.api import server_groups as contract
from computeapi.api.versions import Version
from computeapi.domain.server_groups import GroupWithMembers
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import Constant, Document, Field, Fields
from computeapi.falcon_impl.views.schemas import INTEGER, TEXT, at_times, entity, mapping


def _policies(item: GroupWithMembers, view: Any) -> list[str]:
    return [item.group.policy]


def _rules(item: GroupWithMembers, view: Any) -> Document:
    limit = item.group.max_server_per_host
    return {} if limit is None else {"max_server_per_host": limit}


_RULES = entity({"max_server_per_host": at_times(INTEGER)})
SERVER_GROUP = Fields(
    Field("id", "group.id", TEXT),
    Field("name", "group.name", TEXT),
    Field("policies", _policies, array(TEXT), contract.POLICIES),
    Field("policy", "group.policy", TEXT, contract.POLICY),
    Field("rules", _rules, _RULES, contract.POLICY),
    Field("members", "members", array(TEXT)),
    Field("metadata", Constant({}), mapping(TEXT), contract.POLICIES),
    Field("project_id", "group.project_id", TEXT, contract.OWNER),
    Field("user_id", "group.user_id", TEXT, contract.OWNER),
)

GROUP = entity({"server_group": SERVER_GROUP.schema})
GROUPS = entity({"server_groups": array(SERVER_GROUP.schema)})


def server_group(item: GroupWithMembers, version: Version) -> Document:
    """Return the document of a server group."""
    return SERVER_GROUP.document(item, version)
