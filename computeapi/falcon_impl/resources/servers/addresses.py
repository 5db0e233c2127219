"""``/servers/{server_id}/ips`` and ``/servers/{server_id}/ips/{network}``."""

from collections.abc import Sequence
from typing import Any

import falcon

from computeapi.api.servers import addresses as facts
from computeapi.api.servers.query import NO_QUERY
from computeapi.falcon_impl.request import Request
from computeapi.service.servers.listing import Listing


class Addresses:
    """``/servers/{server_id}/ips``."""

    def __init__(self, service: Listing) -> None:
        self._service = service

    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """List the addresses of a server."""
        NO_QUERY.read(req.values, req.version, None)
        networks = facts.by_network(self._service.addresses(req.caller, server_id))
        resp.media = {"addresses": {name: _entries(found) for name, found in networks.items()}}


class Network:
    """``/servers/{server_id}/ips/{network}``."""

    def __init__(self, service: Listing) -> None:
        self._service = service

    def on_get(self, req: Request, resp: falcon.Response, server_id: str, network: str) -> None:
        """Show the addresses of a server in a network."""
        NO_QUERY.read(req.values, req.version, None)
        server = self._service.network_addresses(req.caller, server_id)
        resp.media = {network: _entries(facts.in_network(server, network))}


def _entries(addresses: Sequence[facts.Address]) -> list[dict[str, Any]]:
    return [{"addr": one["addr"], "version": one["version"]} for one in addresses]
