"""``/flavors``."""

from collections.abc import Callable

import falcon

from computeapi.api import flavors as contract
from computeapi.domain import flavors as domain
from computeapi.falcon_impl.declarations import answers, fails, takes
from computeapi.falcon_impl.hooks import during
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import flavors as schemas
from computeapi.falcon_impl.views import flavors as views
from computeapi.falcon_impl.views import links
from computeapi.falcon_impl.views.fields import Document
from computeapi.service.extra_specs import ExtraSpecs
from computeapi.service.flavors import Flavors


def _view(req: Request, extra_specs: ExtraSpecs) -> views.FlavorView:
    is_shown = req.version in contract.EXTRA_SPECS and extra_specs.are_shown(req.context)
    return views.FlavorView(req.links, req.version, is_shown)


class FlavorsResource:
    """``/flavors`` and ``/flavors/detail``.

    :param max_limit: the most flavors of a page.
    """

    def __init__(self, service: Flavors, extra_specs: ExtraSpecs, max_limit: int) -> None:
        self._service = service
        self._extra_specs = extra_specs
        self._max_limit = max_limit

    @takes(query=contract.QUERY)
    @answers(200, views.FLAVORS)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List flavors."""
        resp.media = self._page(req, "flavors", views.summary)

    @takes(query=contract.QUERY)
    @answers(200, views.FLAVOR_DETAILS)
    def on_get_detail(self, req: Request, resp: falcon.Response) -> None:
        """List flavors with details."""
        resp.media = self._page(req, "flavors/detail", views.detail)

    def _page(
        self,
        req: Request,
        path: str,
        document: Callable[[domain.Flavor, views.FlavorView], Document],
    ) -> Document:
        filters, request = contract.list_request(
            req.values, self._max_limit, req.context.is_admin, req.version
        )
        page = self._service.list(req.context, filters, request)
        view = _view(req, self._extra_specs)
        body: Document = {"flavors": [document(flavor, view) for flavor in page.items]}
        if page.more and page.items:
            body["flavors_links"] = links.next_page(req, path, page.items[-1].id)
        return body

    @takes(schemas.CREATE)
    @answers(200, views.FLAVOR)
    @fails(409)
    def on_post(self, req: Request, resp: falcon.Response) -> None:
        """Create a flavor."""
        new = schemas.new_flavor(schemas.CREATE.read(req))
        flavor = self._service.create(req.context, new)
        resp.media = {"flavor": views.detail(flavor, _view(req, self._extra_specs))}


class FlavorResource:
    """``/flavors/{flavor_id}``."""

    def __init__(self, service: Flavors, extra_specs: ExtraSpecs) -> None:
        self._service = service
        self._extra_specs = extra_specs

    @takes(query=contract.NO_QUERY)
    @answers(200, views.FLAVOR)
    def on_get(self, req: Request, resp: falcon.Response, flavor_id: str) -> None:
        """Show a flavor."""
        contract.NO_QUERY.read(req.values, req.version, None)
        flavor = self._service.get(req.context, flavor_id)
        resp.media = {"flavor": views.detail(flavor, _view(req, self._extra_specs))}

    @during(contract.DESCRIPTION)
    @takes(schemas.UPDATE)
    @answers(200, views.FLAVOR)
    def on_put(self, req: Request, resp: falcon.Response, flavor_id: str) -> None:
        """Change the description of a flavor."""
        description = schemas.UPDATE.read(req)["flavor"]["description"]
        flavor = self._service.update(req.context, flavor_id, description)
        resp.media = {"flavor": views.detail(flavor, _view(req, self._extra_specs))}

    @answers(202)
    def on_delete(self, req: Request, resp: falcon.Response, flavor_id: str) -> None:
        """Delete a flavor."""
        self._service.delete(req.context, flavor_id)
        resp.status = falcon.HTTP_202
