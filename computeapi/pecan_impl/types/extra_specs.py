"""Extra specs."""

from typing import Any, Self

from computeapi.api import values
from computeapi.api.openapi.schemas import Schema
from computeapi.pecan_impl.types.key_values import ExtraSpecs
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseType
from computeapi.pecan_impl.types.values import Anything

_SPECS = ExtraSpecs()


class ExtraSpecsCreate(RequestType):
    """The body of a request to add extra specs."""

    extra_specs = RequestField(_SPECS, mandatory=True)

    def texts(self) -> dict[str, str]:
        """Return the extra specs as they are kept: numbers are texts."""
        return {name: values.extra_spec(value) for name, value in self.extra_specs.items()}


class ExtraSpecUpdate(RequestType):
    """The body of a request to change an extra spec: an object with its name and value.

    :ivar specs: the object.
    """

    specs = RequestField(_SPECS)

    @classmethod
    def schema(cls) -> Schema:
        """Return the schema of the object, whose one name is the extra spec's."""
        return {**_SPECS.schema, "minProperties": 1, "maxProperties": 1}

    @classmethod
    def read(cls, document: Any) -> Self:
        """Convert a JSON value.

        :raises ValueError: when it is no object of one extra spec.
        """
        if len(_SPECS.validate(document)) != 1:
            raise ValueError("Value should have one extra spec")
        body = cls()
        body.specs = document
        return body

    def texts(self) -> dict[str, str]:
        """Return the extra spec as it is kept: a number is a text."""
        return {name: values.extra_spec(value) for name, value in self.specs.items()}


class TextOrNumber(Anything):
    """The value of an extra spec as a caller sent it."""

    name = "text or number"

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"type": ["string", "number"]}


TEXT_OR_NUMBER = TextOrNumber()


class ExtraSpecsDocument(ResponseType):
    """The extra specs of a flavor."""

    extra_specs = {str: str}


class NewExtraSpecsDocument(ResponseType):
    """Extra specs that were added; values are numbers where a caller sent numbers."""

    extra_specs = {str: TEXT_OR_NUMBER}
