"""The NUMA topology of servers."""

from computeapi.domain.context import Context
from computeapi.domain.servers import Server
from computeapi.policies.servers import topology as rules
from computeapi.service.servers.acceptance import Acceptance


class Topology:
    """Show the topology of servers. No guest here has NUMA nodes of its own."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance

    def get(self, context: Context, server_id: str) -> Server:
        """Return the server whose topology is shown.

        :raises NotFound: when there is none that the caller may know of.
        """
        with self._acceptance.db.read() as tx:
            return self._acceptance.load(tx, context, server_id, rules.SHOW)
