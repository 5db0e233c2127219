"""Request bodies of quota sets and quota classes (API reference, "Quota sets")."""

from collections.abc import Mapping
from typing import Any

from computeapi.api import quota_class_sets, quota_sets, values
from computeapi.api.versions import Span
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import BOOLEAN, record
from computeapi.falcon_impl.validation import Body

#: An integer of at least -1, or its digits.
_LIMIT: Schema = {
    "type": ["integer", "string"],
    "minimum": -1,
    "maximum": values.INT32_MAX,
    "format": "limit",
}


def _limits(resources: Mapping[str, Span]) -> Schema:
    return {name: In(span, _LIMIT) for name, span in resources.items()}


UPDATE = Body(
    record(
        {"quota_set": record({**_limits(quota_sets.RESOURCES), "force": BOOLEAN})},
        required=("quota_set",),
    )
)
UPDATE_CLASS = Body(
    record(
        {"quota_class_set": record(_limits(quota_class_sets.REQUEST_RESOURCES))},
        required=("quota_class_set",),
    )
)


def new_limits(quota_set: dict[str, Any]) -> dict[str, int]:
    """Return the limits by resource."""
    return {
        name: values.integer(value, minimum=-1)
        for name, value in quota_set.items()
        if name != "force"
    }


def is_forced(quota_set: dict[str, Any]) -> bool:
    """Return whether the limits are kept also where more is used."""
    return values.boolean(quota_set.get("force", False))
