"""The request, with what the middleware found out about it."""

from urllib.parse import parse_qs, parse_qsl

import falcon

from computeapi.api.links import Links
from computeapi.api.paging import Params
from computeapi.api.versions import Version
from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid


class Request(falcon.Request):
    """A request to the Compute API.

    :ivar version: the microversion it gets; None where none could be negotiated.
    :ivar links: how the caller reaches this API.
    :ivar caller: who asks; unset for the version documents, which are for everybody.
    """

    version: Version | None = None
    links: Links
    caller: Context

    @property
    def values(self) -> Params:
        """All values of each query parameter.

        :raises Invalid: when the query is no UTF-8; Falcon's own ``params`` would guess.
        """
        try:
            return parse_qs(self.query_string, keep_blank_values=True, errors="strict")
        except UnicodeDecodeError as error:
            raise Invalid("Invalid input: the query is not UTF-8.") from error

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The query parameters just as they came, for the link to the next page."""
        return parse_qsl(self.query_string, keep_blank_values=True)
