"""``/flavors``."""

from collections.abc import Callable
from typing import Any

import falcon

from computeapi.api import flavors as contract
from computeapi.api.links import Links
from computeapi.domain import flavors as domain
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import flavors as schemas
from computeapi.falcon_impl.views import flavors as views
from computeapi.falcon_impl.views import links
from computeapi.service import flavors


class Flavors:
    """``/flavors`` and ``/flavors/detail``.

    :param max_limit: the most flavors of a page.
    """

    def __init__(self, service: flavors.Flavors, max_limit: int) -> None:
        self._service = service
        self._max_limit = max_limit

    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List flavors."""
        resp.media = self._page(req, "flavors", views.summary)

    def on_get_detail(self, req: Request, resp: falcon.Response) -> None:
        """List flavors with details."""
        resp.media = self._page(req, "flavors/detail", views.detail)

    def _page(
        self, req: Request, path: str, view: Callable[[domain.Flavor, Links], dict[str, Any]]
    ) -> dict[str, Any]:
        filters, request = contract.list_request(
            req.values, self._max_limit, req.caller.is_admin, req.version
        )
        page = self._service.list(req.caller, filters, request)
        document = {"flavors": [view(flavor, req.links) for flavor in page.items]}
        if page.more and page.items:
            document["flavors_links"] = links.next_page(req, path, page.items[-1].id)
        return document

    def on_post(self, req: Request, resp: falcon.Response) -> None:
        """Create a flavor."""
        new = schemas.new_flavor(schemas.CREATE.read(req))
        flavor = self._service.create(req.caller, new)
        resp.media = {"flavor": views.detail(flavor, req.links)}


class Flavor:
    """``/flavors/{flavor_id}``."""

    def __init__(self, service: flavors.Flavors) -> None:
        self._service = service

    def on_get(self, req: Request, resp: falcon.Response, flavor_id: str) -> None:
        """Show a flavor."""
        flavor = self._service.get(req.caller, flavor_id)
        resp.media = {"flavor": views.detail(flavor, req.links)}

    def on_delete(self, req: Request, resp: falcon.Response, flavor_id: str) -> None:
        """Delete a flavor."""
        self._service.delete(req.caller, flavor_id)
        resp.status = falcon.HTTP_202
