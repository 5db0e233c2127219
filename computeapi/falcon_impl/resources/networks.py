"""``/os-networks`` and ``/os-tenant-networks``, until 2.35."""

import falcon

from computeapi.api import networks as contract
from computeapi.falcon_impl.declarations import answers
from computeapi.falcon_impl.hooks import during
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views import networks as views
from computeapi.service import networks


@during(contract.PROXIED)
class NetworksResource:
    """``/os-networks``."""

    def __init__(self, service: networks.Networks) -> None:
        self._service = service

    @answers(200, views.NETWORKS)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List networks."""
        found = self._service.list(req.context)
        resp.media = {"networks": [views.network(one, req.context.is_admin) for one in found]}


@during(contract.PROXIED)
class NetworkResource:
    """``/os-networks/{network_id}``."""

    def __init__(self, service: networks.Networks) -> None:
        self._service = service

    @answers(200, views.NETWORK)
    def on_get(self, req: Request, resp: falcon.Response, network_id: str) -> None:
        """Show a network."""
        found = self._service.get(req.context, network_id)
        resp.media = {"network": views.network(found, req.context.is_admin)}


@during(contract.PROXIED)
class ProjectNetworksResource:
    """``/os-tenant-networks``."""

    def __init__(self, service: networks.Networks) -> None:
        self._service = service

    @answers(200, views.PROJECT_NETWORKS)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List the networks of a project."""
        found = self._service.list_for_project(req.context)
        resp.media = {"networks": [views.project_network(one) for one in found]}


@during(contract.PROXIED)
class ProjectNetworkResource:
    """``/os-tenant-networks/{network_id}``."""

    def __init__(self, service: networks.Networks) -> None:
        self._service = service

    @answers(200, views.PROJECT_NETWORK)
    def on_get(self, req: Request, resp: falcon.Response, network_id: str) -> None:
        """Show a network of a project."""
        found = self._service.get_for_project(req.context, network_id)
        resp.media = {"network": views.project_network(found)}
