"""The metadata of servers."""

from computeapi.domain.errors import Invalid
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseType
from computeapi.pecan_impl.types.values import Metadata


class MetadataRequest(RequestType):
    """The body of a request to add metadata items, or to replace all of them."""

    metadata = RequestField(Metadata(), mandatory=True)


class MetadataItemRequest(RequestType):
    """The body of a request to set a metadata item: an object of one key."""

    meta = RequestField(Metadata(), mandatory=True)

    def value(self, key: str) -> str:
        """Return the value of a key.

        :raises Invalid: when there are several keys, or another one.
        """
        if len(self.meta) != 1:
            raise Invalid("meta must have one item")
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
