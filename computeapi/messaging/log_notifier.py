"""Notifications to the log of the worker, where there is no RabbitMQ."""

import json
import logging

from computeapi.domain.notifications import Notification
from computeapi.ports.notifications import Notifier

LOG = logging.getLogger("computeapi.notifications")


class LogNotifier(Notifier):
    """Writes each notification as one entry, a JSON document."""

    def send(self, notification: Notification) -> None:
        """See :meth:`computeapi.ports.notifications.Notifier.send`."""
        LOG.info("%s", json.dumps(notification.message, sort_keys=True))

    def close(self) -> None:
        """See :meth:`computeapi.ports.notifications.Notifier.close`."""
