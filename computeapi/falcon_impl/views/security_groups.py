"""Response bodies of security groups and their rules (API reference, "Security groups")."""

from typing import Any

from computeapi.api.versions import MIN
from computeapi.domain.security_groups import SecurityGroup, SecurityGroupRule
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import Document, Field, Fields
from computeapi.falcon_impl.views.schemas import INTEGER, TEXT, at_times, entity, nullable


def _source(item: SecurityGroupRule, view: Any) -> Document:
    source = item.source
    return {} if source is None else {"name": source.name, "tenant_id": source.project_id}


def _range(item: SecurityGroupRule, view: Any) -> Document:
    return {} if item.cidr is None else {"cidr": item.cidr}


def _rules(item: SecurityGroup, view: Any) -> list[Document]:
    return [rule(one) for one in item.rules]


_RULE = Fields(
    Field("id", "id", TEXT),
    Field("parent_group_id", "group_id", TEXT),
    Field("ip_protocol", "protocol", nullable(TEXT)),
    Field("from_port", "from_port", nullable(INTEGER)),
    Field("to_port", "to_port", nullable(INTEGER)),
    Field("group", _source, entity({"name": at_times(TEXT), "tenant_id": at_times(TEXT)})),
    Field("ip_range", _range, entity({"cidr": at_times(TEXT)})),
)
_GROUP = Fields(
    Field("id", "id", TEXT),
    Field("name", "name", TEXT),
    Field("description", "description", TEXT),
    Field("tenant_id", "project_id", TEXT),
    Field("rules", _rules, array(_RULE.schema)),
)

GROUP = entity({"security_group": _GROUP.schema})
GROUPS = entity({"security_groups": array(_GROUP.schema)})
RULE = entity({"security_group_rule": _RULE.schema})


def rule(item: SecurityGroupRule) -> Document:
    """Return the document of a rule of a security group."""
    return _RULE.document(item, MIN)


def group(item: SecurityGroup) -> Document:
    """Return the document of a security group."""
    return _GROUP.document(item, MIN)
