"""Request bodies of security groups and their rules (API reference, "Security groups")."""

from typing import Any

from computeapi.domain.security_groups import RuleRequest
from computeapi.falcon_impl.schemas.spans import Schema
from computeapi.falcon_impl.schemas.values import ANYTHING, SHORT, UUID, open_record
from computeapi.falcon_impl.validation import Body

_GROUP = open_record({"name": SHORT, "description": SHORT}, required=("name", "description"))
_RULE = open_record(
    {
        "parent_group_id": UUID,
        "group_id": {**UUID, "type": ["string", "null"]},
        "ip_protocol": ANYTHING,
        "from_port": ANYTHING,
        "to_port": ANYTHING,
        "cidr": ANYTHING,
    },
    required=("parent_group_id",),
)


def _document(name: str, schema: Schema) -> Body:
    return Body(open_record({name: schema}, required=(name,)))


GROUP = _document("security_group", _GROUP)
RULE = _document("security_group_rule", _RULE)


def rule_request(body: dict[str, Any]) -> RuleRequest:
    """Read a body that :data:`RULE` let through."""
    rule = body["security_group_rule"]
    return RuleRequest(
        group_id=rule["parent_group_id"],
        source_id=rule.get("group_id"),
        protocol=rule.get("ip_protocol"),
        from_port=rule.get("from_port"),
        to_port=rule.get("to_port"),
        cidr=rule.get("cidr"),
    )
