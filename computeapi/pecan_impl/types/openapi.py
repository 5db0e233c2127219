"""The description of the API."""

import orjson
from wsme.types import UserType

from computeapi.api.openapi.schemas import Schema


class JsonText(UserType):
    """An object whose JSON text exists already."""

    basetype = object
    name = "JSON text"

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"type": "object", "additionalProperties": {}}

    def tobasetype(self, value: bytes) -> orjson.Fragment:
        """Return the text in the form that the renderer copies."""
        return orjson.Fragment(value)


DOCUMENT = JsonText()
