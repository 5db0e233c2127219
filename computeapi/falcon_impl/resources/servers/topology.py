"""``/servers/{server_id}/topology``."""

import falcon

from computeapi.api.servers.changes import TOPOLOGY
from computeapi.api.servers.query import NO_QUERY
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.hooks import during
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.schemas import INTEGER, entity, nullable
from computeapi.service.servers import topology

_NODE = entity(
    {
        "memory_mb": INTEGER,
        "siblings": array(array(INTEGER)),
        "vcpu_set": array(INTEGER),
    }
)
TOPOLOGY_DOCUMENT = entity({"nodes": array(_NODE), "pagesize_kb": nullable(INTEGER)})


@during(TOPOLOGY)
class TopologyResource:
    """``/servers/{server_id}/topology``."""

    def __init__(self, service: topology.Topology) -> None:
        self._service = service

    @takes(query=NO_QUERY)
    @answers(200, TOPOLOGY_DOCUMENT)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Show the NUMA topology of a server."""
        NO_QUERY.read(req.values, req.version, None)
        nodes = self._service.get(req.context, server_id)
        shown = [
            {"memory_mb": node.memory_mb, "siblings": [], "vcpu_set": node.cpus} for node in nodes
        ]
        resp.media = {"nodes": shown, "pagesize_kb": None}
