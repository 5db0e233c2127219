"""The networks of new servers: planned before anything is kept, and kept as rows of ports."""

from computeapi.domain.context import Context
from computeapi.domain.servers import NewServer, Server
from computeapi.ports.database import Transaction
from computeapi.ports.network import Network, NetworkRequest
from computeapi.service.servers.ports import port_row


def plan_networks(network: Network, context: Context, new: NewServer) -> None:
    """Determine how new servers are connected, and record that in the request.

    :raises computeapi.domain.errors.Error: see :meth:`computeapi.ports.network.Network.plan`.
    """
    count = new.max_count or new.min_count
    request = NetworkRequest(new.networks, new.security_groups, new.min_count, count)
    plan = network.plan(context, request)
    new.ports = plan.ports
    new.security_groups = plan.security_groups if new.has_network else []
    if plan.max_servers is not None and new.max_count is not None:
        new.max_count = min(new.max_count, plan.max_servers)


def keep_ports(tx: Transaction, server: Server, new: NewServer) -> None:
    """Keep the ports that a new server is to get."""
    for position, port in enumerate(new.ports or ()):
        tx.server_ports.add(port_row(server, port, position))
