"""Facts about the addresses of servers as callers see them (API reference, "Servers IPs")."""

from collections.abc import Mapping, Sequence

from computeapi.api.servers.status import shows_addresses
from computeapi.domain.errors import NotFound
from computeapi.domain.servers import ServerDetails

#: Characters of the id of a network in a request.
MAX_NETWORK_ID = 36
#: An address as a guest has it.
Address = Mapping[str, object]


def by_network(server: ServerDetails) -> Mapping[str, Sequence[Address]]:
    """Return the addresses that a server shows, by the name of the network."""
    return server.addresses if shows_addresses(server) else {}


def in_network(server: ServerDetails, network: str) -> Sequence[Address]:
    """Return the addresses that a server shows in a network.

    :raises NotFound: when the server shows none there.
    """
    networks = by_network(server)
    if network not in networks:
        raise NotFound("Instance is not a member of specified network")
    return networks[network]
