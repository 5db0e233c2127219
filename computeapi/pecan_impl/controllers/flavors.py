"""Flavors."""

from wsme.api import Response

from computeapi.api import flavors as changes
from computeapi.domain.flavors import Flavor
from computeapi.domain.paging import Page
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.extra_specs import ExtraSpecsController
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import flavors as types
from computeapi.pecan_impl.types.links import next_links


def _page() -> Page[Flavor]:
    """Return the page that the query asks for."""
    request = current()
    filters, page_request = changes.list_request(
        request.values,
        request.services.conf.api.max_limit,
        request.context.is_admin,
        request.version,
    )
    page: Page[Flavor] = request.services.flavors.list(request.context, filters, page_request)
    return page


def _view() -> types.FlavorView:
    """Return the caller's view of flavors."""
    request = current()
    shown = request.version in changes.EXTRA_SPECS
    if shown:
        shown = request.services.extra_specs.are_shown(request.context)
    return types.FlavorView(request.links, shown)


class FlavorActionController(ActionResource):
    """``/flavors/{flavor_id}/action``."""

    @expose(None, body=types.FlavorAction)
    def post(self, body: types.FlavorAction) -> Response:
        """Carry out an action on the flavor."""
        return self.run(body)

    @action(types.FlavorAccesses, status=200)
    def add_tenant_access(self, project: types.Project) -> types.FlavorAccesses:
        """Allow a project to use a flavor."""
        request, (flavor_id,) = current(), self._ids
        is_public_allowed = request.version not in changes.PRIVATE_ACCESS
        projects = request.services.flavors.allow(
            request.context, flavor_id, project.tenant, is_public_allowed
        )
        return types.FlavorAccesses.of(flavor_id, projects)

    @action(types.FlavorAccesses, status=200)
    def remove_tenant_access(self, project: types.Project) -> types.FlavorAccesses:
        """Remove the access of a project to a flavor."""
        request, (flavor_id,) = current(), self._ids
        projects = request.services.flavors.disallow(request.context, flavor_id, project.tenant)
        return types.FlavorAccesses.of(flavor_id, projects)


class FlavorAccessController(Resource):
    """``/flavors/{flavor_id}/os-flavor-access``."""

    @expose(types.FlavorAccesses, query=changes.NO_QUERY)
    def get(self) -> types.FlavorAccesses:
        """List the projects that may use a flavor."""
        request, (flavor_id,) = current(), self._ids
        changes.NO_QUERY.read(request.values, request.version, None)
        projects = request.services.flavors.projects(request.context, flavor_id)
        return types.FlavorAccesses.of(flavor_id, projects)


class FlavorController(Resource):
    """``/flavors/{flavor_id}``."""

    segment = "flavor_id"

    children = {
        "action": FlavorActionController,
        "os-extra_specs": ExtraSpecsController,
        "os-flavor-access": FlavorAccessController,
    }

    @expose(types.FlavorDocument, query=changes.NO_QUERY)
    def get(self) -> types.FlavorDocument:
        """Show a flavor."""
        request, (flavor_id,) = current(), self._ids
        changes.NO_QUERY.read(request.values, request.version, None)
        flavor = request.services.flavors.get(request.context, flavor_id)
        return types.FlavorDocument(flavor=types.Flavor.whole(flavor, _view()))

    @expose(types.FlavorDocument, body=types.FlavorUpdateDocument, span=changes.DESCRIPTION)
    def put(self, document: types.FlavorUpdateDocument) -> types.FlavorDocument:
        """Change the description of a flavor."""
        request, (flavor_id,) = current(), self._ids
        description = document.flavor.description
        flavor = request.services.flavors.update(request.context, flavor_id, description)
        return types.FlavorDocument(flavor=types.Flavor.whole(flavor, _view()))

    @expose(None, status_code=202)
    def delete(self) -> None:
        """Delete a flavor."""
        request, (flavor_id,) = current(), self._ids
        request.services.flavors.delete(request.context, flavor_id)


class FlavorsDetailController(Resource):
    """``/flavors/detail``."""

    @expose(types.Flavors, query=changes.QUERY)
    def get(self) -> types.Flavors:
        """List flavors with details."""
        request = current()
        page, view = _page(), _view()
        return types.Flavors(
            flavors=[types.Flavor.whole(flavor, view) for flavor in page.items],
            flavors_links=next_links(view.links, "flavors/detail", request.pairs, page),
        )


class FlavorsController(Resource):
    """``/flavors``."""

    children = {"detail": FlavorsDetailController}
    item = FlavorController

    @expose(types.FlavorSummaries, query=changes.QUERY)
    def get(self) -> types.FlavorSummaries:
        """List flavors."""
        request = current()
        page, view = _page(), _view()
        return types.FlavorSummaries(
            flavors=[types.FlavorSummary.of(flavor, view) for flavor in page.items],
            flavors_links=next_links(view.links, "flavors", request.pairs, page),
        )

    @expose(types.FlavorDocument, body=types.FlavorCreateDocument, faults=frozenset({409}))
    def post(self, document: types.FlavorCreateDocument) -> types.FlavorDocument:
        """Create a flavor."""
        request = current()
        flavor = request.services.flavors.create(request.context, document.new())
        return types.FlavorDocument(flavor=types.Flavor.whole(flavor, _view()))
