"""The JSON Schemas of response bodies: of values, and of objects that are no tables of fields."""

from typing import Any

from computeapi.api.versions import ALWAYS, Span
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import array

TEXT: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
BOOL: Schema = {"type": "boolean"}
#: Every value, null among them.
ANY: Schema = {}
#: To the second: ``2026-11-23T04:34:53Z``.
MOMENT: Schema = {"type": "string", "format": "date-time"}
#: In UTC, without saying so: ``2026-11-23T04:34:53.000000``.
EXACT_MOMENT: Schema = {"type": "string", "format": "exact-moment"}


def nullable(schema: Schema) -> Schema:
    """Return a schema that null has, too."""
    return {**schema, "type": [schema["type"], "null"]}


def mapping(values: Schema) -> Schema:
    """Return the schema of an object of any keys."""
    return {"type": "object", "additionalProperties": values}


def entity(properties: dict[str, Any]) -> Schema:
    """Return the schema of an object that has these properties and no others.

    :param properties: by name; each a schema, which it always has, or with a span: an ``In`` or
        a tuple of these.
    """
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name, one in properties.items() if isinstance(one, dict)],
        "additionalProperties": False,
    }


def at_times(schema: Schema, span: Span = ALWAYS) -> In:
    """Return a property that an object has at times, at the microversions of a span."""
    return In(span, schema)


def constantly(schema: Schema, span: Span) -> In:
    """Return a property that an object always has at the microversions of a span."""
    return In(span, schema, required=True)


LINK = entity({"href": TEXT, "rel": TEXT, "type": at_times(TEXT)})
LINKS = array(LINK)
#: Another resource, named by id.
REFERENCE = entity({"id": TEXT, "links": LINKS})


def page(name: str, items: Schema, links: str = "", span: Span = ALWAYS) -> Schema:
    """Return the schema of a page of a list.

    :param name: the property with the items.
    :param links: the property with the link to the next page.
    :param span: the microversions that have pages.
    """
    return entity({name: array(items), links or f"{name}_links": at_times(LINKS, span)})
