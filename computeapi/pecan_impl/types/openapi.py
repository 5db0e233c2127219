"""The description of the API."""

import orjson
from wsme.types import UserType

from computeapi.api.openapi.schemas import Schema


class JsonText(UserType):
    """An object whose JSON text is there already."""

    basetype = object
    name = "JSON text"

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"type": "object", "additionalProperties": {}}

    def tobasetype(self, value: bytes) -> orjson.Fragment:
        """Return the text as the renderer takes it over."""
        return orjson.Fragment(value)


DOCUMENT = JsonText()
