"""Actions that servers get on their own, some time after a caller's action on them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from computeapi.domain.servers import Server, VmState, actions
from computeapi.domain.servers.actions import Action
from computeapi.ports.database import Database, Transaction
from computeapi.worker import own_operations

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timer:
    """An action on the servers that are in a state for some time.

    :ivar state: of the servers.
    :ivar since: returns the moment from which the time counts; for ever while there is none.
    :ivar interval: seconds; None for ever.
    """

    action: Action
    state: VmState
    since: Callable[[Server], datetime | None]
    interval: float | None


def deferred_delete(interval: float) -> Timer:
    """Return the timer that deletes servers for good, after a caller deleted them.

    :param interval: seconds for which a server can be restored; 0 or less for ever, where deletes
        are not deferred any more.
    """
    seconds = interval if interval > 0 else None
    return Timer(actions.DELETE, VmState.SOFT_DELETED, lambda s: s.soft_deleted_at, seconds)


def offload(interval: float) -> Timer:
    """Return the timer that removes shelved servers from their host.

    :param interval: seconds that a shelved server stays on its host; below 0 for ever.
    """
    seconds = interval if interval >= 0 else None
    return Timer(actions.SHELVE_OFFLOAD, VmState.SHELVED, lambda s: s.shelved_at, seconds)


class TimedActions:
    """Queue the action of a timer for the servers of a host whose time is over.

    :param host: this worker's host.
    :param may_look: return whether the host is still this worker's.
    """

    def __init__(self, db: Database, host: str, timer: Timer, may_look: Callable[[], bool]) -> None:
        self._db = db
        self._host = host
        self._timer = timer
        self._may_look = may_look

    def look(self) -> None:
        """Look at the servers of the host."""
        interval, action = self._timer.interval, self._timer.action
        if interval is None or not self._may_look():
            return
        wait = timedelta(seconds=interval)
        with self._db.read() as tx:
            due = [s.id for s in tx.servers.on_host(self._host) if self._is_due(tx, s, wait)]
        for server_id in due:
            with self._db.write() as tx:
                server = tx.servers.get(server_id, lock=True)
                if server is None or not self._is_due(tx, server, wait):
                    continue
                own_operations.queue(tx, server, action)
            LOG.info("Server %s: %s after %g s", server_id, action.name, interval)

    def _is_due(self, tx: Transaction, server: Server, wait: timedelta) -> bool:
        if (server.vm_state, server.task_state) != (self._timer.state, None):
            return False
        since = self._timer.since(server)
        return since is not None and tx.now() - since >= wait
