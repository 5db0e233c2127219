"""``/servers/{server_id}/ips``, those of a network, and the actions on addresses."""

from collections.abc import Sequence
from typing import Any

import falcon

from computeapi.api.servers import addresses as facts
from computeapi.api.servers.changes import ADDRESS_ACTIONS
from computeapi.api.servers.query import NO_QUERY
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import addresses as schemas
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.schemas import INTEGER, TEXT, entity, mapping
from computeapi.service.servers.addresses import Addresses
from computeapi.service.servers.listing import Listing

_LIST = array(entity({"addr": TEXT, "version": INTEGER}))
ADDRESSES, OF_NETWORK = entity({"addresses": mapping(_LIST)}), mapping(_LIST)


class AddressesResource:
    """``/servers/{server_id}/ips``."""

    def __init__(self, service: Listing) -> None:
        self._service = service

    @takes(query=NO_QUERY)
    @answers(200, ADDRESSES)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """List the addresses of a server."""
        NO_QUERY.read(req.values, req.version, None)
        networks = facts.by_network(self._service.addresses(req.context, server_id))
        resp.media = {"addresses": {name: _entries(found) for name, found in networks.items()}}


class NetworkAddressesResource:
    """``/servers/{server_id}/ips/{network}``."""

    def __init__(self, service: Listing) -> None:
        self._service = service

    @takes(query=NO_QUERY)
    @answers(200, OF_NETWORK)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str, network: str) -> None:
        """Show the addresses of a server in a network."""
        NO_QUERY.read(req.values, req.version, None)
        server = self._service.network_addresses(req.context, server_id)
        resp.media = {network: _entries(facts.in_network(server, network))}


def _entries(addresses: Sequence[facts.Address]) -> list[dict[str, Any]]:
    return [{"addr": one["addr"], "version": one["version"]} for one in addresses]


class AddressActions:
    """``addFixedIp``, ``removeFixedIp``, ``addFloatingIp`` and ``removeFloatingIp``."""

    def __init__(self, service: Addresses) -> None:
        self._service = service

    @action("addFixedIp", schemas.ADD_FIXED_IP, ADDRESS_ACTIONS)
    def add_fixed_ip(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], server_id: str
    ) -> None:
        """Give a server another address in a network."""
        self._service.add_fixed_ip(req.context, server_id, str(parameters["networkId"]))

    @action("removeFixedIp", schemas.ADDRESS, ADDRESS_ACTIONS)
    def remove_fixed_ip(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], server_id: str
    ) -> None:
        """Remove an address from a server."""
        self._service.remove_fixed_ip(req.context, server_id, parameters["address"])

    @action("addFloatingIp", schemas.ADD_FLOATING_IP, ADDRESS_ACTIONS)
    def add_floating_ip(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], server_id: str
    ) -> None:
        """Associate a floating IP with a server."""
        self._service.add_floating_ip(
            req.context, server_id, parameters["address"], parameters.get("fixed_address")
        )

    @action("removeFloatingIp", schemas.ADDRESS, ADDRESS_ACTIONS)
    def remove_floating_ip(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], server_id: str
    ) -> None:
        """Disassociate a floating IP from a server."""
        self._service.remove_floating_ip(req.context, server_id, parameters["address"])
