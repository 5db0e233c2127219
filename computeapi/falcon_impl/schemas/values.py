"""JSON Schemas of the values that several nouns have (API reference, "Request" tables)."""

from collections.abc import Iterable
from typing import Any

from computeapi.api import values
from computeapi.falcon_impl.schemas.spans import Schema

NAME: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": values.MAX_LENGTH,
    "format": "name",
}
#: Every value, null among them.
ANYTHING: Schema = {}
DESCRIPTION: Schema = {
    "type": ["string", "null"],
    "maxLength": values.MAX_DESCRIPTION,
    "format": "printable",
}
#: The id of a flavor, or an address that ends in it.
FLAVOR_REF: Schema = {"type": ["string", "integer"], "minLength": 1}
SHORT: Schema = {"type": "string", "maxLength": values.MAX_LENGTH}
UUID: Schema = {"type": "string", "format": "uuid"}
IP: Schema = {"type": "string", "format": "ip"}
IPV4: Schema = {"type": "string", "format": "ipv4"}
IPV6: Schema = {"type": "string", "format": "ipv6"}

BOOLEAN: Schema = {
    "type": ["boolean", "string"],
    "enum": [True, False, *values.TRUE, *values.FALSE],
}

#: An integer, or its digits.
POSITIVE_INT32: Schema = {
    "type": ["integer", "string"],
    "minimum": 1,
    "maximum": values.INT32_MAX,
    "format": "positive-int32",
}
INT32: Schema = {**POSITIVE_INT32, "minimum": 0, "format": "int32"}

METADATA: Schema = {
    "type": "object",
    "patternProperties": {f"^{values.METADATA_KEY}$": SHORT},
    "additionalProperties": False,
}


def record(properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object that has these properties and no others.

    :param properties: by name; each a schema, or with spans: an ``In`` or a tuple of these.
    :param required: names of properties that must be there, at the versions that have them.
    """
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def open_record(properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object that has these properties, and others that are left out."""
    schema = record(properties, required)
    return {key: value for key, value in schema.items() if key != "additionalProperties"}


def array(items: Schema) -> Schema:
    """Return the schema of an array."""
    return {"type": "array", "items": items}


def matching(pattern: str, **more: Any) -> Schema:
    """Return the schema of a string that a regular expression matches as a whole."""
    return {"type": "string", "pattern": rf"^{pattern}$", **more}


def choice(words: Iterable[str]) -> Schema:
    """Return the schema of a string that is one of these."""
    return {"type": "string", "enum": list(words)}
