"""Networks, until 2.35; operations of the same paths that were removed are beside them."""

from computeapi.api import networks as contract
from computeapi.pecan_impl.controllers.removed import controllers, gone
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import networks as types


class NetworkController(Resource):
    """``/os-networks/{network_id}``."""

    segment = "network_id"
    children = controllers("os-networks/{network_id}/")

    delete = gone()

    @expose(types.NetworkDocument, span=contract.PROXIED)
    def get(self) -> types.NetworkDocument:
        """Show a network."""
        request, (network_id,) = current(), self._ids
        found = request.services.networks.get(request.context, network_id)
        return types.NetworkDocument(network=types.Network.of(found, request.context.is_admin))


class NetworksController(Resource):
    """``/os-networks``."""

    item = NetworkController
    children = {"add": controllers("os-networks/")["add"]}

    post = gone()

    @expose(types.Networks, span=contract.PROXIED)
    def get(self) -> types.Networks:
        """List networks."""
        request = current()
        found = request.services.networks.list(request.context)
        is_admin = request.context.is_admin
        return types.Networks(networks=[types.Network.of(one, is_admin) for one in found])


class ProjectNetworkController(Resource):
    """``/os-tenant-networks/{network_id}``."""

    segment = "network_id"

    delete = gone()

    @expose(types.ProjectNetworkDocument, span=contract.PROXIED)
    def get(self) -> types.ProjectNetworkDocument:
        """Show a network of a project."""
        request, (network_id,) = current(), self._ids
        found = request.services.networks.get_for_project(request.context, network_id)
        return types.ProjectNetworkDocument(network=types.ProjectNetwork.of(found))


class ProjectNetworksController(Resource):
    """``/os-tenant-networks``."""

    item = ProjectNetworkController

    post = gone()

    @expose(types.ProjectNetworks, span=contract.PROXIED)
    def get(self) -> types.ProjectNetworks:
        """List the networks of a project."""
        request = current()
        found = request.services.networks.list_for_project(request.context)
        return types.ProjectNetworks(networks=[types.ProjectNetwork.of(one) for one in found])
