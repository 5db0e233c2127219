"""The regular look after the servers of a host whose delete is deferred."""

import logging
from collections.abc import Callable
from datetime import timedelta

from computeapi.domain.servers import Server, VmState, actions
from computeapi.ports.database import Database, Transaction
from computeapi.worker import own_operations

LOG = logging.getLogger(__name__)


class DeferredDeletes:
    """Delete servers for good some time after a caller deleted them.

    :param host: this worker's host.
    :param interval: seconds for which a server can be restored; 0 or less for ever, where deletes
        are not deferred any more.
    :param may_look: return whether the host is still this worker's.
    """

    def __init__(
        self, db: Database, host: str, interval: float, may_look: Callable[[], bool]
    ) -> None:
        self._db = db
        self._host = host
        self._interval = interval
        self._may_look = may_look

    def look(self) -> None:
        """Look at the servers of the host whose delete is deferred."""
        if self._interval <= 0 or not self._may_look():
            return
        with self._db.read() as tx:
            due = [s.id for s in tx.servers.on_host(self._host) if self._is_due(tx, s)]
        for server_id in due:
            with self._db.write() as tx:
                server = tx.servers.get(server_id, lock=True)
                if server is None or not self._is_due(tx, server):
                    continue
                own_operations.queue(tx, server, actions.DELETE)
            LOG.info("Server %s: deleting it for good after %g s", server_id, self._interval)

    def _is_due(self, tx: Transaction, server: Server) -> bool:
        if (server.vm_state, server.task_state) != (VmState.SOFT_DELETED, None):
            return False
        since = server.soft_deleted_at
        return since is None or tx.now() - since >= timedelta(seconds=self._interval)
