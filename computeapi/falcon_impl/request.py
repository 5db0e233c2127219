"""The request, with what the middleware found out about it."""

from urllib.parse import parse_qsl

import falcon

from computeapi.api.links import Links
from computeapi.api.paging import Params
from computeapi.api.versions import UNKNOWN, Version
from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid


class Request(falcon.Request):
    """A request to the Compute API.

    :ivar version: the negotiated microversion; UNKNOWN when the negotiation failed.
    :ivar links: how the caller reaches this API.
    :ivar caller: who asks; unset for the version documents, which are for everybody.
    """

    version: Version = UNKNOWN
    links: Links
    caller: Context
    _pairs: list[tuple[str, str]] | None = None

    @property
    def values(self) -> Params:
        """All values of each query parameter.

        :raises Invalid: when the query is no UTF-8; Falcon's own ``params`` would guess.
        """
        values: dict[str, list[str]] = {}
        for name, value in self.pairs:
            values.setdefault(name, []).append(value)
        return values

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The query parameters in the order they came.

        :raises Invalid: when the query is no UTF-8.
        """
        if self._pairs is None:
            query = self.query_string
            try:
                self._pairs = parse_qsl(query, keep_blank_values=True, errors="strict")
            except UnicodeDecodeError as error:
                raise Invalid("Invalid input: the query is not UTF-8.") from error
        return self._pairs
