"""JSON Schemas of which parts hold at some microversions only.

A property that is there at some versions is an :class:`In`; one that differs between versions is
a tuple of these, with spans that do not overlap.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from computeapi.api.versions import ALWAYS, Span, Version

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class In:
    """The schema of a property at the microversions of a span.

    :ivar required: whether an object must have the property at these versions.
    """

    span: Span
    schema: Schema
    required: bool = False


def at(schema: Schema, version: Version) -> Schema:
    """Return the schema at a microversion: the parts that hold there."""
    derived = {key: _at(value, version) for key, value in schema.items() if key != "properties"}
    if "properties" in schema:
        properties = schema["properties"]
        there = {name: one for name in properties if (one := _there(properties[name], version))}
        derived["properties"] = {name: at(one.schema, version) for name, one in there.items()}
        derived["required"] = [
            name
            for name, one in there.items()
            if one.required or name in schema.get("required", ())
        ]
    return derived


def _at(value: Any, version: Version) -> Any:
    if isinstance(value, dict):
        return at(value, version)
    return [_at(item, version) for item in value] if isinstance(value, list) else value


def _there(value: Any, version: Version) -> In | None:
    return next((one for one in alternatives(value) if version in one.span), None)


def alternatives(value: Any) -> tuple[In, ...]:
    """Return the alternatives of a property; one, if it is the same at all versions.

    :param value: as it stands among the properties of a schema.
    """
    if isinstance(value, tuple):
        return value
    return (value if isinstance(value, In) else In(ALWAYS, value),)


def properties(schema: Schema) -> Iterator[tuple[str, tuple[In, ...]]]:
    """Yield all properties of a schema, and those inside of it, with their alternatives."""
    for key, value in schema.items():
        if key == "properties":
            for name, schemas in value.items():
                yield name, alternatives(schemas)
                for one in alternatives(schemas):
                    yield from properties(one.schema)
        else:
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, dict):
                    yield from properties(inner)
