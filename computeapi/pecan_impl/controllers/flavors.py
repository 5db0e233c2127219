"""Flavors."""

from computeapi.api import flavors as api_flavors
from computeapi.domain.flavors import Flavor
from computeapi.domain.paging import Page
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import flavors as types
from computeapi.pecan_impl.types.links import next_links


def _page() -> Page[Flavor]:
    """Return the page that the query asks for."""
    request = current()
    filters, page_request = api_flavors.list_request(
        request.values,
        request.services.conf.api.max_limit,
        request.caller.is_admin,
        request.version,
    )
    page: Page[Flavor] = request.services.flavors.list(request.caller, filters, page_request)
    return page


class FlavorController(Resource):
    """``/flavors/{flavor_id}``."""

    @expose(types.FlavorDocument)
    def get(self) -> types.FlavorDocument:
        """Show the flavor."""
        request, (flavor_id,) = current(), self._ids
        flavor = request.services.flavors.get(request.caller, flavor_id)
        return types.FlavorDocument(flavor=types.Flavor.whole(flavor, request.links))

    @expose(None, status_code=202)
    def delete(self) -> None:
        """Delete the flavor."""
        request, (flavor_id,) = current(), self._ids
        request.services.flavors.delete(request.caller, flavor_id)


class FlavorsDetailController(Resource):
    """``/flavors/detail``."""

    @expose(types.Flavors)
    def get(self) -> types.Flavors:
        """List flavors."""
        request = current()
        page, links = _page(), request.links
        return types.Flavors(
            flavors=[types.Flavor.whole(flavor, links) for flavor in page.items],
            flavors_links=next_links(links, "flavors/detail", request.pairs, page),
        )


class FlavorsController(Resource):
    """``/flavors``."""

    children = {"detail": FlavorsDetailController}
    item = FlavorController

    @expose(types.Flavors)
    def get(self) -> types.Flavors:
        """List flavors by name."""
        request = current()
        page, links = _page(), request.links
        return types.Flavors(
            flavors=[types.Flavor.brief(flavor, links) for flavor in page.items],
            flavors_links=next_links(links, "flavors", request.pairs, page),
        )

    @expose(types.FlavorDocument, body=types.FlavorCreateDocument)
    def post(self, document: types.FlavorCreateDocument) -> types.FlavorDocument:
        """Create a flavor."""
        request = current()
        flavor = request.services.flavors.create(request.caller, document.new())
        return types.FlavorDocument(flavor=types.Flavor.whole(flavor, request.links))
