"""The regular look after the shelved servers of a host."""

import logging
from collections.abc import Callable
from datetime import timedelta

from computeapi.domain.servers import Server, VmState, actions
from computeapi.ports.database import Database, Transaction
from computeapi.worker import own_operations

LOG = logging.getLogger(__name__)


class Shelved:
    """Remove shelved servers from their host some time after they were shelved.

    :param host: this worker's host.
    :param offload_time: seconds that a shelved server stays on its host; below 0 for ever.
    :param may_look: return whether the host is still this worker's.
    """

    def __init__(
        self, db: Database, host: str, offload_time: float, may_look: Callable[[], bool]
    ) -> None:
        self._db = db
        self._host = host
        self._offload_time = offload_time
        self._may_look = may_look

    def look(self) -> None:
        """Look at the shelved servers of the host."""
        if self._offload_time < 0 or not self._may_look():
            return
        with self._db.read() as tx:
            due = [s.id for s in tx.servers.on_host(self._host) if self._is_due(tx, s)]
        for server_id in due:
            with self._db.write() as tx:
                server = tx.servers.get(server_id, lock=True)
                if server is None or not self._is_due(tx, server):
                    continue
                own_operations.queue(tx, server, actions.SHELVE_OFFLOAD)
            LOG.info("Server %s: offloading it after %g s", server_id, self._offload_time)

    def _is_due(self, tx: Transaction, server: Server) -> bool:
        if (server.vm_state, server.task_state) != (VmState.SHELVED, None):
            return False
        since = server.shelved_at
        return since is not None and tx.now() - since >= timedelta(seconds=self._offload_time)
