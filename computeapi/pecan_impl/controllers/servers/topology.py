"""The NUMA topology of a server."""

from computeapi.api.servers.changes import TOPOLOGY
from computeapi.api.servers.query import NO_QUERY
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers.topology import Node, Topology


class TopologyController(ServerResource):
    """``/servers/{server_id}/topology``."""

    @expose(Topology, span=TOPOLOGY, query=NO_QUERY)
    def get(self) -> Topology:
        """Show the NUMA topology of a server."""
        request = current()
        NO_QUERY.read(request.values, request.version, None)
        nodes = request.services.servers.topology.get(request.context, self.server_id)
        return Topology(nodes=[Node.of(node) for node in nodes], pagesize_kb=None)
