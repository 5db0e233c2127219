"""``/extensions``."""

import falcon

from computeapi.api import extensions as contract
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views import extensions as views
from computeapi.service import extensions


class ExtensionsResource:
    """``/extensions``."""

    def __init__(self, service: extensions.Extensions) -> None:
        self._service = service

    @takes(query=contract.QUERY)
    @answers(200, views.EXTENSIONS)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List extensions."""
        contract.QUERY.read(req.values, req.version, None)
        resp.media = {"extensions": [views.detail(e) for e in self._service.list(req.context)]}


class ExtensionResource:
    """``/extensions/{alias}``."""

    def __init__(self, service: extensions.Extensions) -> None:
        self._service = service

    @takes(query=contract.QUERY)
    @answers(200, views.EXTENSION)
    def on_get(self, req: Request, resp: falcon.Response, alias: str) -> None:
        """Show an extension."""
        contract.QUERY.read(req.values, req.version, None)
        resp.media = {"extension": views.detail(self._service.get(req.context, alias))}
