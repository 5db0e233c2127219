"""The acceptance of moves, and what is kept of it."""

from computeapi.domain.context import Context
from computeapi.domain.hosts import Ratios
from computeapi.domain.quotas import Quotas
from computeapi.service.servers.placement import SchedulingOptions

OPTIONS = SchedulingOptions(Ratios(1, 1, 1), host_down_after=60)
CALLER = Context("user", "project", "req-1")
NO_QUOTAS = Quotas(-1, -1, -1)


class Anything:
    """A policy that allows everything."""

    def authorize(self, context, rule, target=None):
        pass

    def authorize_scope(self, context, rule):
        pass


def kept(database, server_id):
    with database.read() as tx:
        server = tx.servers.get(server_id)
        claims = {claim.host: claim.usage for claim in tx.claims.of_server(server_id)}
        return server, claims, list(tx.operations.unfinished(server_id))
