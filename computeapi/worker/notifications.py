"""Sends the notifications that wait in the database."""

import logging
import time

from computeapi.domain.errors import Unavailable
from computeapi.domain.notifications import Notification
from computeapi.ports.database import Database
from computeapi.ports.notifications import Notifier
from computeapi.worker.errands import Errand

LOG = logging.getLogger(__name__)

_LEASE = "notifications"
_BATCH = 100


class Notifications(Errand):
    """The thread that sends notifications: the one of the worker that has the lease.

    A notification is removed after it was sent. A worker that dies in between leaves it to the
    next one, which sends it again with the same message id.

    :param host: this worker's host; a host has one worker.
    :param interval: seconds between two looks.
    :param lease: seconds after which another worker follows one that died.
    """

    def __init__(
        self, db: Database, notifier: Notifier, host: str, interval: float, lease: float
    ) -> None:
        super().__init__("sending of notifications", interval)
        self._db = db
        self._notifier = notifier
        self._host = host
        self._lease = lease
        self._is_failing = False

    def look(self) -> None:
        """Send the notifications that wait.

        :raises computeapi.domain.errors.Unavailable: when the database does not answer.
        """
        with self._db.read() as tx:
            if not tx.notifications.oldest(1):
                return
        while self._send_batch():
            pass

    def stop(self, patience: float) -> None:
        """End after the notification that is being sent; another worker may follow at once.

        :param patience: seconds to wait for that.
        """
        super().stop(patience)
        self._notifier.close()
        try:
            with self._db.write() as tx:
                tx.leases.give_up(_LEASE, self._host)
        except Unavailable as error:
            LOG.warning("The lease on notifications ends by itself: %s", error)

    def _send_batch(self) -> bool:
        """Send the oldest notifications; return whether there are more to send now."""
        # Half of the lease is left for one notification that takes long.
        deadline = time.monotonic() + self._lease / 2
        with self._db.write() as tx:
            if not tx.leases.take(_LEASE, self._host, self._lease):
                return False
            waiting = tx.notifications.oldest(_BATCH)
        sent = []
        for notification in waiting:
            if self._stopped.is_set() or time.monotonic() > deadline:
                break
            if not self._is_sent(notification):
                break
            sent.append(notification.id or 0)
        if sent:
            with self._db.write() as tx:
                tx.notifications.remove(sent)
        return bool(sent) and not self._is_failing and not self._stopped.is_set()

    def _is_sent(self, notification: Notification) -> bool:
        try:
            self._notifier.send(notification)
        except Unavailable as error:
            if not self._is_failing:
                LOG.warning("Notifications wait in the database: %s", error)
            self._is_failing = True
            return False
        if self._is_failing:
            LOG.info("Notifications are sent again")
        self._is_failing = False
        return True
