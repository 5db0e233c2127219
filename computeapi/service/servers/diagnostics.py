"""The diagnostics of servers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from computeapi.domain.context import Context
from computeapi.domain.servers import Server
from computeapi.domain.servers.diagnostics import Diagnostics as Figures
from computeapi.policies.servers import diagnostics as rules
from computeapi.service.servers.acceptance import Acceptance


@dataclass(frozen=True, slots=True)
class Report:
    """The diagnostics of a server.

    :ivar now: the moment of the figures, by the database's clock.
    """

    server: Server
    figures: Figures
    now: datetime

    @property
    def uptime(self) -> int | None:
        """Seconds since the server was started for the first time."""
        launched_at = self.server.launched_at
        return (
            None if launched_at is None else max(0, int((self.now - launched_at).total_seconds()))
        )


class Diagnostics:
    """Show the figures of guests."""

    def __init__(self, acceptance: Acceptance) -> None:
        self._acceptance = acceptance

    def get(self, context: Context, server_id: str) -> Report:
        """Return the diagnostics of a server.

        :raises Forbidden: when the caller is no administrator.
        :raises NotFound: when there is no such server.
        :raises Conflict: when the server is on no host yet, or its guest is not running.
        :raises Unavailable: when its host's worker does not answer.
        """
        with self._acceptance.db.read() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.SHOW)
            now = tx.now()
        host = server.require_host()
        answer = self._acceptance.rpc_client.call(host, "diagnostics", server_id=server.id)
        return Report(server, Figures.read(cast(dict[str, Any], answer)), now)
