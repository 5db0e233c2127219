"""JSON Schemas in the form that the OpenAPI document has them.

Parts that hold at some microversions only are marked as OpenStack's own documents mark them, by
``x-openstack`` with ``min-ver`` and ``max-ver``.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from computeapi.api.versions import ALWAYS, MIN, Span

Schema = dict[str, Any]

EXTENSION = "x-openstack"
#: The key of the extension that says which choice decides between alternatives.
DISCRIMINATOR = "discriminator"


class Part(NamedTuple):
    """The schema of a property at the microversions of a span.

    :ivar required: whether an object has the property at all of these microversions.
    """

    schema: Schema
    span: Span = ALWAYS
    required: bool = False


def versions(span: Span) -> dict[str, str]:
    """Return the members of the extension that say at which microversions something is there."""
    members = {}
    if span.first != MIN:
        members["min-ver"] = str(span.first)
    if span.last is not None:
        members["max-ver"] = str(span.last)
    return members


def marked(schema: Schema, **members: Any) -> Schema:
    """Return a schema with members of the extension; without members it is the same."""
    return {**schema, EXTENSION: members} if members else schema


def record(properties: Mapping[str, Iterable[Part]]) -> Schema:
    """Return the schema of an object that has these properties and no others.

    ``required`` lists the properties that it has at all microversions. The extension of a property
    that it has at some of them says so.
    """
    parts = {name: joined(properties[name]) for name in sorted(properties)}
    document = {
        "type": "object",
        "properties": {name: _property(found) for name, found in parts.items()},
        "additionalProperties": False,
    }
    required = [name for name, found in parts.items() if _is_required(found)]
    return {**document, "required": required} if required else document


def joined(parts: Iterable[Part]) -> list[Part]:
    """Return the parts in the order of microversions, those that are the same as one part."""
    found: list[Part] = []
    for part in sorted(parts, key=lambda part: part.span.first):
        before = found[-1] if found else None
        if before and before[::2] == part[::2] and before.span.is_followed_by(part.span):
            found[-1] = before._replace(span=Span(before.span.first, part.span.last))
        else:
            found.append(part)
    return found


def _is_required(parts: list[Part]) -> bool:
    """Return whether an object has a property at every microversion."""
    spans = [part.span for part in parts]
    follow = all(one.is_followed_by(other) for one, other in pairwise(spans))
    return follow and (spans[0].first, spans[-1].last) == (MIN, None) and all(p[2] for p in parts)


def _property(parts: list[Part]) -> Schema:
    always = _is_required(parts)
    schemas = []
    for schema, span, required in parts:
        members: dict[str, Any] = dict(versions(span))
        if required and not always:
            members["required"] = True
        schemas.append(marked(schema, **members))
    if len(schemas) == 1:
        return schemas[0]
    return {"anyOf": schemas, EXTENSION: {DISCRIMINATOR: "microversion"}}


def normal(schema: Any) -> Any:
    """Return a schema with its sets in order: types, and the values of an enumeration."""
    if isinstance(schema, Mapping):
        return {key: _in_order(key, value) for key, value in schema.items()}
    return [normal(item) for item in schema] if isinstance(schema, list | tuple) else schema


def _in_order(key: str, value: Any) -> Any:
    if key in ("type", "enum") and isinstance(value, list | tuple):
        return sorted(value, key=lambda one: (str(type(one)), str(one)))
    return normal(value)
