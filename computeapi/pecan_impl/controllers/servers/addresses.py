"""The addresses of a server."""

from computeapi.api.servers import addresses as facts
from computeapi.api.servers.query import NO_QUERY
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import addresses as types


class NetworkAddressesController(Resource):
    """``/servers/{server_id}/ips/{network}``."""

    segment = "network"

    @expose({str: [types.ListedAddress]}, query=NO_QUERY)
    def get(self) -> dict[str, list[types.ListedAddress]]:
        """Show the addresses of a server in a network."""
        request, (server_id, network) = current(), self._ids
        NO_QUERY.read(request.values, request.version, None)
        server = request.services.servers.listing.network_addresses(request.context, server_id)
        return {network: types.entries(facts.in_network(server, network))}


class AddressesController(Resource):
    """``/servers/{server_id}/ips``."""

    item = NetworkAddressesController

    @expose(types.Addresses, query=NO_QUERY)
    def get(self) -> types.Addresses:
        """List the addresses of a server."""
        request, (server_id,) = current(), self._ids
        NO_QUERY.read(request.values, request.version, None)
        server = request.services.servers.listing.addresses(request.context, server_id)
        networks = facts.by_network(server).items()
        return types.Addresses(addresses={name: types.entries(found) for name, found in networks})


class AddressActionController(ServerResource, ActionResource):
    """``addFixedIp``, ``removeFixedIp``, ``addFloatingIp`` and ``removeFloatingIp``."""

    @action()
    def add_fixed_ip(self, parameters: types.NetworkOfServer) -> None:
        """Give a server another address in a network."""
        request = current()
        addresses = request.services.servers.addresses
        addresses.add_fixed_ip(request.context, self.server_id, parameters.network_id)

    @action()
    def remove_fixed_ip(self, parameters: types.AddressOfServer) -> None:
        """Remove an address from a server."""
        request = current()
        addresses = request.services.servers.addresses
        addresses.remove_fixed_ip(request.context, self.server_id, parameters.address)

    @action()
    def add_floating_ip(self, parameters: types.FloatingIpOfServer) -> None:
        """Associate a floating IP with a server."""
        request = current()
        addresses = request.services.servers.addresses
        addresses.add_floating_ip(
            request.context, self.server_id, parameters.address, parameters.fixed_address
        )

    @action()
    def remove_floating_ip(self, parameters: types.AddressOfServer) -> None:
        """Disassociate a floating IP from a server."""
        request = current()
        addresses = request.services.servers.addresses
        addresses.remove_floating_ip(request.context, self.server_id, parameters.address)
