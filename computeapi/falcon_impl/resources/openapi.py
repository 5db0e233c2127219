"""``/v2.1/openapi.json``."""

from collections.abc import Callable, Iterable

import falcon

from computeapi.api.openapi.served import Served
from computeapi.falcon_impl.declarations import answers
from computeapi.falcon_impl.openapi import operations
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.route import Route
from computeapi.falcon_impl.views.schemas import ANY, mapping


class OpenAPIResource:
    """``/v2.1/openapi.json``.

    :param routes: returns all routes of the API.
    """

    anonymous = True

    def __init__(self, routes: Callable[[], Iterable[Route]]) -> None:
        self._served = Served(lambda: operations(routes()))

    @answers(200, mapping(ANY))
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """Describe the API by OpenAPI."""
        resp.content_type = falcon.MEDIA_JSON
        resp.data = self._served.text(req.links.base)
