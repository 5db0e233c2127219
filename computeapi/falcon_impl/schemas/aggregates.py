"""Request bodies of aggregates (API reference, "Host aggregates")."""

from typing import Any

from computeapi.api import values
from computeapi.domain.aggregates import AggregateChange
from computeapi.falcon_impl.schemas.spans import Schema
from computeapi.falcon_impl.schemas.values import NAME, SHORT, UUID, matching, record
from computeapi.falcon_impl.validation import Body

_ZONE: Schema = {**NAME, "type": ["string", "null"], "format": "zone"}
_PADDED_NAME: Schema = {**NAME, "format": "padded-name"}

CREATE = Body(
    record(
        {"aggregate": record({"name": NAME, "availability_zone": _ZONE}, required=("name",))},
        required=("aggregate",),
    )
)
UPDATE = Body(
    record(
        {
            "aggregate": {
                **record({"name": _PADDED_NAME, "availability_zone": _ZONE}),
                "minProperties": 1,
            }
        },
        required=("aggregate",),
    )
)
HOST = record({"host": matching(values.HOST_NAME)}, required=("host",))
METADATA = record(
    {
        "metadata": {
            "type": "object",
            "patternProperties": {
                f"^{values.METADATA_KEY}$": {**SHORT, "type": ["string", "null"]}
            },
            "additionalProperties": False,
        }
    },
    required=("metadata",),
)
IMAGES = Body(
    record(
        {"cache": {"type": "array", "minItems": 1, "items": record({"id": UUID}, ("id",))}},
        required=("cache",),
    )
)


def change(body: dict[str, Any]) -> AggregateChange:
    """Read a body that :data:`UPDATE` let through."""
    aggregate = body["aggregate"]
    name, zone = aggregate.get("name"), aggregate.get("availability_zone")
    removes_zone = zone is None and "availability_zone" in aggregate
    return AggregateChange(name and name.strip(), zone, removes_zone)
