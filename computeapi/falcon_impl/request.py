"""The request, with its version and caller, which the middleware found out."""

from typing import Any

import falcon

from computeapi.api import bodies, queries
from computeapi.api.links import Links
from computeapi.api.paging import Params
from computeapi.api.queries import Pairs
from computeapi.api.versions import UNKNOWN, Version
from computeapi.domain.context import Context


class Request(falcon.Request):
    """A request to the Compute API.

    :ivar version: the negotiated microversion; UNKNOWN when the negotiation failed.
    :ivar links: how the caller reaches this API.
    :ivar context: the identity of the caller, in the place of Falcon's empty object, which stays
        there for the version documents: they need no identity.
    """

    version: Version = UNKNOWN
    links: Links
    context: Context  # type: ignore[assignment] # Falcon declares the class of its own
    _pairs: Pairs | None = None

    @property
    def media(self) -> Any:
        """The document in the body.

        :raises UnsupportedMediaType: when the body is said to be of another type than JSON.
        """
        bodies.check_type(self.content_type)
        self.content_type = bodies.JSON
        return self.get_media()

    @property
    def pairs(self) -> Pairs:
        """The query parameters in the order they came; Falcon's own ``params`` would guess.

        :raises Invalid: when the query is malformed.
        """
        if self._pairs is None:
            self._pairs = queries.parse(self.query_string)
        return self._pairs

    @property
    def values(self) -> Params:
        """All values of each query parameter.

        :raises Invalid: when the query is malformed.
        """
        return queries.by_name(self.pairs)
