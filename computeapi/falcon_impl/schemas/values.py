"""JSON-Schemas of the values that several nouns have (API reference, "Request" tables)."""

from typing import Any

Schema = dict[str, Any]

NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 255, "format": "name"}
UUID: Schema = {"type": "string", "format": "uuid"}
IP: Schema = {"type": "string", "format": "ip"}
IPV4: Schema = {"type": "string", "format": "ipv4"}
IPV6: Schema = {"type": "string", "format": "ipv6"}

BOOLEAN: Schema = {
    "type": ["boolean", "string"],
    "enum": [
        *(True, "True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes"),
        *(False, "False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no"),
    ],
}

#: An integer, or its digits. The bounds are those of an SQL integer.
POSITIVE_INT32: Schema = {
    "type": ["integer", "string"],
    "minimum": 1,
    "maximum": 2**31 - 1,
    "format": "positive-int32",
}
INT32: Schema = {**POSITIVE_INT32, "minimum": 0, "format": "int32"}

#: A number of servers; quotas bound it.
COUNT: Schema = {
    "type": ["integer", "string"],
    "minimum": 1,
    "maxLength": 255,
    "pattern": "^0*[1-9][0-9]*$",
}

METADATA: Schema = {
    "type": "object",
    "patternProperties": {r"^[a-zA-Z0-9\-_:. ]{1,255}$": {"type": "string", "maxLength": 255}},
    "additionalProperties": False,
}


def record(properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object that has these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def array(items: Schema) -> Schema:
    """Return the schema of an array."""
    return {"type": "array", "items": items}


def boolean(value: bool | str) -> bool:
    """Read what :data:`BOOLEAN` let through."""
    return value if isinstance(value, bool) else value.lower() in ("true", "1", "on", "yes")
