"""Request bodies of server groups (API reference, "Server groups")."""

from typing import Any

from computeapi.api import server_groups as contract
from computeapi.domain.server_groups import NewServerGroup
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import NAME, POSITIVE_INT32, array, choice, record
from computeapi.falcon_impl.validation import Body


def _one_of(policies: tuple[str, ...]) -> Schema:
    return {**array(choice(policies)), "minItems": 1, "maxItems": 1}


_GROUP: Schema = {
    "name": NAME,
    "policies": (
        In(contract.HARD_POLICIES, _one_of(contract.HARD)),
        In(contract.ALL_POLICIES, _one_of(contract.HARD + contract.SOFT)),
    ),
    "policy": In(contract.POLICY, choice(contract.HARD + contract.SOFT)),
    "rules": In(contract.POLICY, record({"max_server_per_host": POSITIVE_INT32})),
}

CREATE = Body(
    record(
        {"server_group": record(_GROUP, required=("name", "policies", "policy"))},
        required=("server_group",),
    )
)


def new_server_group(body: dict[str, Any]) -> NewServerGroup:
    """Read a body that :data:`CREATE` let through."""
    group = body["server_group"]
    limit = group.get("rules", {}).get("max_server_per_host")
    policy = group["policy"] if "policy" in group else group["policies"][0]
    return NewServerGroup(group["name"], policy, None if limit is None else int(limit))
