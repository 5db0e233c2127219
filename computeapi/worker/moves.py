"""The regular look after the servers of a host that move."""

import logging
from collections.abc import Callable
from datetime import timedelta

from computeapi.domain.servers import Move, Server, VmState, actions
from computeapi.ports.database import Database, Transaction
from computeapi.worker import own_operations
from computeapi.worker.transfers import Transfers

LOG = logging.getLogger(__name__)


class Moves:
    """Confirm moves that were not confirmed in time, and remove the remains of moves.

    :param host: this worker's host.
    :param window: seconds after which a resize is confirmed by itself; 0 for never.
    :param cast: wakes the worker of another host.
    :param may_look: return whether the host is still this worker's.
    """

    def __init__(
        self,
        db: Database,
        transfers: Transfers,
        host: str,
        window: float,
        cast: Callable[[str], None],
        may_look: Callable[[], bool],
    ) -> None:
        self._db = db
        self._transfers = transfers
        self._host = host
        self._window = window
        self._cast = cast
        self._may_look = may_look

    def look(self) -> None:
        """Look at the servers of the host, and at its transfers."""
        if not self._may_look():
            return
        self._transfers.sweep(self._is_under_way)
        if self._window:
            self._confirm()

    def _is_under_way(self, server_id: str, operation_id: int) -> bool:
        with self._db.read() as tx:
            return any(o.id == operation_id for o in tx.operations.unfinished(server_id))

    def _confirm(self) -> None:
        with self._db.read() as tx:
            due = [s.id for s in tx.servers.on_host(self._host) if self._due(tx, s) is not None]
        for server_id in due:
            with self._db.write() as tx:
                server = tx.servers.get(server_id, lock=True)
                move = self._due(tx, server)
                if server is None or move is None:
                    continue
                own_operations.queue(
                    tx, server, actions.CONFIRM_RESIZE, target_host=move.source_host
                )
            LOG.info("Server %s: confirming its resize after %g s", server_id, self._window)
            self._cast(move.source_host)

    def _due(self, tx: Transaction, server: Server | None) -> Move | None:
        """Return the move of a server that is to be confirmed now, or None."""
        if server is None or (server.vm_state, server.task_state) != (VmState.RESIZED, None):
            return None
        move = server.move
        if move is None or move.moved_at is None:
            return None
        return move if tx.now() - move.moved_at >= timedelta(seconds=self._window) else None
