"""The JSON Schemas of WSME's types, and of this front end's own, for the API's description."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import wsme.types

from computeapi.api import values
from computeapi.api.openapi.schemas import Part, Schema, record

#: The ends of a regular expression that only the whole of a text matches; WSME searches.
WHOLE = (r"^(?:", r")\Z")
_SCALARS: dict[type, Schema] = {
    str: {"type": "string"},
    bytes: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
}


def schema_of(datatype: Any) -> Schema:
    """Return the schema of a type: of a document, or of a value in one."""
    datatype = wsme.types.registry.resolve_type(datatype)
    own = getattr(datatype, "schema", None)
    if own is not None:
        schema: Schema = own() if callable(own) else own
        return schema
    if wsme.types.iscomplex(datatype):
        return _object(datatype)
    return _SCALARS[datatype] if datatype in _SCALARS else _of_instance(datatype)


def schema_of_text(text: wsme.types.StringType) -> Schema:
    """Return the schema of a string type: its checks of length and pattern."""
    bounds = {"minLength": text.min_length, "maxLength": text.max_length}
    schema = {"type": "string", **{name: n for name, n in bounds.items() if n is not None}}
    if text.pattern is not None:
        pattern = text.pattern.pattern.removeprefix(WHOLE[0]).removesuffix(WHOLE[1])
        schema["pattern"] = f"^{pattern}$"
    return schema


def metadata_of(value: Schema) -> Schema:
    """Return the schema of an object with the keys of metadata."""
    return {
        "type": "object",
        "patternProperties": {f"^{values.METADATA_KEY}$": value},
        "additionalProperties": False,
    }


def nullable(schema: Schema) -> Schema:
    """Return a schema that null has, too."""
    if "type" not in schema or schema["type"] == "null":
        return schema
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return {**schema, "type": [*types, "null"]}


def _of_instance(datatype: Any) -> Schema:
    if isinstance(datatype, wsme.types.ArrayType):
        return {"type": "array", "items": schema_of(datatype.item_type)}
    if isinstance(datatype, wsme.types.DictType):
        return {"type": "object", "additionalProperties": schema_of(datatype.value_type)}
    if isinstance(datatype, wsme.types.Enum):
        return {"type": "string", "enum": sorted(datatype.values)}
    return schema_of_text(datatype)


def _object(datatype: Any) -> Schema:
    properties: dict[str, list[Part]] = {}
    for field in wsme.types.list_attributes(datatype):
        properties.setdefault(field.name, []).extend(_parts(field))
    least = getattr(datatype, "_least", 0)
    schema = record(properties) | ({"minProperties": least} if least else {})
    if getattr(datatype, "_is_open", False):
        del schema["additionalProperties"]
    return schema


def _parts(field: Any) -> Iterator[Part]:
    """Yield the schemas of an attribute of a request or a response."""
    is_required = field.mandatory if hasattr(field, "constraints") else not field.optional
    for span, part in getattr(field.datatype, "parts", {}).items():
        yield Part(part, span, is_required)
    if hasattr(field.datatype, "parts"):
        return
    schema = schema_of(field.datatype) | getattr(field, "constraints", {})
    yield Part(nullable(schema) if field.nullable else schema, field.span, is_required)
