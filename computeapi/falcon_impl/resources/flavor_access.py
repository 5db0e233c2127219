"""The projects that may use a flavor: ``os-flavor-access`` of a flavor, and its actions."""

import falcon

from computeapi.api import flavors as contract
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import flavors as schemas
from computeapi.falcon_impl.views import flavors as views
from computeapi.service.flavors import Flavors


class FlavorAccessResource:
    """``/flavors/{flavor_id}/os-flavor-access``."""

    def __init__(self, service: Flavors) -> None:
        self._service = service

    @takes(query=contract.NO_QUERY)
    @answers(200, views.ACCESS)
    def on_get(self, req: Request, resp: falcon.Response, flavor_id: str) -> None:
        """List the projects that may use a flavor."""
        contract.NO_QUERY.read(req.values, req.version, None)
        resp.media = views.access(flavor_id, self._service.projects(req.context, flavor_id))


class FlavorAccessActions:
    """``addTenantAccess`` and ``removeTenantAccess``."""

    def __init__(self, service: Flavors) -> None:
        self._service = service

    @action("addTenantAccess", schemas.PROJECT, status=falcon.HTTP_200)
    @answers(200, views.ACCESS)
    def add(
        self, req: Request, resp: falcon.Response, parameters: dict[str, str], flavor_id: str
    ) -> None:
        """Allow a project to use a flavor."""
        is_public_allowed = req.version not in contract.PRIVATE_ACCESS
        projects = self._service.allow(
            req.context, flavor_id, parameters["tenant"], is_public_allowed
        )
        resp.media = views.access(flavor_id, projects)

    @action("removeTenantAccess", schemas.PROJECT, status=falcon.HTTP_200)
    @answers(200, views.ACCESS)
    def remove(
        self, req: Request, resp: falcon.Response, parameters: dict[str, str], flavor_id: str
    ) -> None:
        """Remove the access of a project to a flavor."""
        projects = self._service.disallow(req.context, flavor_id, parameters["tenant"])
        resp.media = views.access(flavor_id, projects)
