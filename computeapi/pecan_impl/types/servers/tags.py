"""The tags of servers."""

from typing import Any

from wsme.exc import ClientSideError
from wsme.types import ArrayType, UserType

from computeapi.api.openapi.schemas import Schema
from computeapi.api.servers.tags import TAG
from computeapi.pecan_impl.types.requests import RequestField, RequestType, naming
from computeapi.pecan_impl.types.responses import ResponseType
from computeapi.pecan_impl.types.schemas import schema_of
from computeapi.pecan_impl.types.values import matching
from computeapi.service.servers.tags import MAX_TAGS


class TagList(UserType):
    """A list of tags."""

    basetype = list
    name = "tags"
    _items = ArrayType(matching(TAG))

    def frombasetype(self, value: Any) -> list[str]:
        """Check the tags.

        :raises TypeError: when the value is no list of tags.
        :raises wsme.exc.ClientSideError: when there are too many.
        """
        if not isinstance(value, list):
            raise TypeError("Value should be a list of tags")
        if len(value) > MAX_TAGS:
            raise ClientSideError(f"At most {MAX_TAGS} tags are allowed")
        return self.validate(value)

    def validate(self, value: Any) -> list[str]:
        """Check each tag."""
        for index, tag in enumerate(value):
            with naming(f"[{index}]", tag):
                # An array of WSME accepts null.
                self._items.item_type.validate(tag)
        return value

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"type": "array", "items": schema_of(self._items.item_type), "maxItems": MAX_TAGS}


class TagsRequest(RequestType):
    """The body of a request to replace the tags of a server."""

    tags = RequestField(TagList(), mandatory=True)


class TagsDocument(ResponseType):
    """The tags of a server."""

    tags = [str]
