"""Notifications to RabbitMQ, in the format of oslo.messaging's driver ``messagingv2``."""

import oslo_messaging
from oslo_config import cfg

from computeapi.domain.errors import Unavailable
from computeapi.domain.notifications import Notification
from computeapi.messaging.oslo import STOP_TIMEOUT, register_strays, spawn
from computeapi.ports.notifications import Notifier

_FORMAT = 2.0
#: Attempts beside the first one; the next look is another attempt.
_RETRIES = 1


class OsloNotifier(Notifier):
    """Sends each notification to the queues of its topics.

    The broker confirms each one, and the queues are made where no consumer has made them yet.
    """

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        options = conf.notifications
        self._topics: list[str] = options.topics
        self._exchange: str = options.exchange
        own = _own_options(conf)
        url = options.transport_url or conf.messaging.transport_url
        self._transport = oslo_messaging.get_notification_transport(
            own, oslo_messaging.TransportURL.parse(own, url)
        )

    def send(self, notification: Notification) -> None:
        """See :meth:`computeapi.ports.notifications.Notifier.send`."""
        for topic in self._topics:
            target = oslo_messaging.Target(
                exchange=self._exchange, topic=f"{topic}.{notification.priority.lower()}"
            )
            try:
                # oslo.messaging's Notifier gives each attempt a message id of its own, and logs a
                # failure instead of raising it; this is the call that it makes.
                self._transport._send_notification(
                    target, notification.context, notification.message, _FORMAT, retry=_RETRIES
                )
            except Exception as error:  # of three libraries, without a base of their own
                raise Unavailable(f"RabbitMQ does not take notifications: {error}") from error

    def close(self) -> None:
        """See :meth:`computeapi.ports.notifications.Notifier.close`."""
        # Without a broker this waits for one.
        spawn(self._transport.cleanup).join(STOP_TIMEOUT)


def _own_options(conf: cfg.ConfigOpts) -> cfg.ConfigOpts:
    """Return the options of oslo.messaging as the configuration files have them.

    Those in ``conf`` have the defaults of wake-ups, whose queues go with their readers. Other
    services declare the queues of notifications, too, and with the defaults of oslo.messaging.
    """
    own = cfg.ConfigOpts()
    own([], project="computeapi", default_config_files=conf.config_file or [])
    register_strays(own)
    return own
