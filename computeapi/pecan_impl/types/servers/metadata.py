"""The metadata of servers."""

from typing import Any

from computeapi.api.openapi.schemas import Schema
from computeapi.domain.errors import Invalid
from computeapi.pecan_impl.types.key_values import Metadata
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseType


class MetadataRequest(RequestType):
    """The body of a request to add metadata items, or to replace all of them."""

    metadata = RequestField(Metadata(), mandatory=True)


class OneItem(Metadata):
    """One key with its value."""

    name = "metadata item"

    def validate(self, value: Any) -> dict[str, str]:
        """Check a value."""
        if len(super().validate(value)) != 1:
            raise ValueError("Value should have one item")
        return value

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {**super().schema, "minProperties": 1, "maxProperties": 1}


class MetadataItemRequest(RequestType):
    """The body of a request to set a metadata item: an object of one key."""

    meta = RequestField(OneItem(), mandatory=True)

    def value(self, key: str) -> str:
        """Return the value of a key.

        :raises Invalid: when the item has another one.
        """
        if key not in self.meta:
            raise Invalid("Request body and URI mismatch")
        value: str = self.meta[key]
        return value


class MetadataDocument(ResponseType):
    """All metadata of a server."""

    metadata = {str: str}


class MetadataItemDocument(ResponseType):
    """A metadata item of a server."""

    meta = {str: str}
