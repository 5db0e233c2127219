"""Hints for the scheduler: those it knows must make sense, others pass."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from computeapi.api import values
from computeapi.api.openapi.schemas import Schema
from computeapi.pecan_impl.types.requests import naming
from computeapi.pecan_impl.types.values import NAME, UUID, Anything, IpAddress

_ADDRESS = IpAddress()


def _text(value: Any) -> None:
    if not isinstance(value, str):
        raise TypeError("Value should be a string")


def _text_or_object(value: Any) -> None:
    if not isinstance(value, str | dict):
        raise TypeError("Value should be a string or an object")


def _cidr(value: Any) -> None:
    if not isinstance(value, str) or not re.fullmatch(values.CIDR_HINT, value):
        raise ValueError("Value should be a slash and a prefix")


def _or_list(one: Callable[[Any], object], item: Callable[[Any], object]) -> Callable[[Any], None]:
    """Return the check of a value, or a list of values."""

    def check(value: Any) -> None:
        if not isinstance(value, list):
            one(value)
            return
        for index, element in enumerate(value):
            with naming(f"[{index}]", element):
                item(element)

    return check


_CHECKS: Mapping[str, Callable[[Any], object]] = {
    "group": _or_list(UUID.validate, UUID.validate),
    "different_host": _or_list(UUID.validate, UUID.validate),
    "same_host": _or_list(_text, UUID.validate),
    "query": _text_or_object,
    "target_cell": NAME.validate,
    "different_cell": _or_list(_text, _text),
    "build_near_host_ip": _ADDRESS.validate,
    "cidr": _cidr,
}


class SchedulerHints(Anything):
    """An object of hints."""

    name = "scheduler hints"

    def validate(self, value: Any) -> dict[str, Any]:
        """Check a value."""
        if not isinstance(value, dict):
            raise TypeError("Value should be an object")
        for hint, check in _CHECKS.items():
            if hint in value:
                with naming(hint, value[hint]):
                    check(value[hint])
        return value

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        one_or_more = {"type": ["string", "array"], "format": "uuid", "items": UUID.schema}
        return {
            "type": "object",
            "properties": {
                "group": one_or_more,
                "different_host": one_or_more,
                "same_host": {"type": ["string", "array"], "items": UUID.schema},
                "query": {"type": ["string", "object"]},
                "target_cell": NAME.schema,
                "different_cell": {"type": ["string", "array"], "items": {"type": "string"}},
                "build_near_host_ip": _ADDRESS.schema,
                "cidr": {"type": "string", "pattern": f"^{values.CIDR_HINT}$"},
            },
        }
