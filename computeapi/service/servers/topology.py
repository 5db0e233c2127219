"""The NUMA topology of servers."""

from computeapi.domain.context import Context
from computeapi.domain.hardware.numa import Node
from computeapi.policies.servers import topology as rules
from computeapi.service.servers.acceptance import Acceptance


class Topology:
    """Show the NUMA nodes that the flavors and the images of servers ask for."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance

    def get(self, context: Context, server_id: str) -> tuple[Node, ...]:
        """Return the NUMA nodes of a server.

        :raises NotFound: when there is none that the caller may know of.
        """
        with self._acceptance.db.read() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.SHOW)
        return server.hardware.numa_nodes or ()
