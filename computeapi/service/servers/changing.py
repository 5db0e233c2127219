"""The change of a server's name, access addresses and disk configuration."""

from collections.abc import Mapping

from computeapi.domain.context import Context
from computeapi.domain.servers import Server
from computeapi.policies.servers import changing as rules
from computeapi.service.servers.acceptance import Acceptance


class Changing:
    """Change the fields of servers that need no worker."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance

    def update(self, context: Context, server_id: str, changes: Mapping[str, object]) -> Server:
        """Change a server's name, description, host name, access addresses, disk
        configuration, or the availability zone that it is pinned to.

        :param changes: fields of :class:`Server` by name.
        :raises NotFound: when there is none that the caller may know of.
        :raises Conflict: when the server cannot be pinned to that zone.
        """
        with self._acceptance.db.write() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.UPDATE, lock=True)
            if "pinned_zone" in changes:
                server.require_pinnable(changes["pinned_zone"])
            for field, value in changes.items():
                setattr(server, field, value)
            server.updated_at = tx.now()
            tx.servers.save(server)
        return server
