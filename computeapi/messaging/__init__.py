"""Messages between the API and the workers (wake-ups and questions), and notifications.

No accepted operation depends on a message: without any wake-up, operations start later.
Notifications wait in the database until they are sent.
"""

import importlib
from types import ModuleType
from urllib.parse import urlsplit

from oslo_config import cfg

from computeapi.messaging.log_notifier import LogNotifier
from computeapi.ports.messaging import Listener, RPCClient
from computeapi.ports.notifications import Notifier

__all__ = ["listener", "notifier", "rpc_client"]

# Only the adapter in use is imported: oslo.messaging is an extra, and slow to import.
_ADAPTERS = {
    "unix": "computeapi.messaging.unix",
    "rabbit": "computeapi.messaging.oslo",
    "kombu": "computeapi.messaging.oslo",
}


def rpc_client(conf: cfg.ConfigOpts) -> RPCClient:
    """Return the API's side.

    It connects at its first use, so one made before a fork serves in the children.

    :raises ValueError: when the scheme of ``[messaging] transport_url`` is not known.
    """
    return _adapter(conf).rpc_client(conf)


def listener(conf: cfg.ConfigOpts) -> Listener:
    """Return a worker's side.

    :raises ValueError: when the scheme of ``[messaging] transport_url`` is not known.
    """
    return _adapter(conf).listener(conf)


def notifier(conf: cfg.ConfigOpts) -> Notifier | None:
    """Return the sender of notifications, or None where they are off.

    :raises ValueError: when the scheme of ``[notifications] transport_url`` is not RabbitMQ's.
    """
    if not conf.notifications.enabled:
        return None
    url = conf.notifications.transport_url
    if _adapter_of(url or conf.messaging.transport_url) == _ADAPTERS["rabbit"]:
        module = importlib.import_module("computeapi.messaging.oslo_notifier")
        found: Notifier = module.OsloNotifier(conf)
        return found
    if url:
        raise ValueError("[notifications] transport_url: the scheme is not rabbit")
    return LogNotifier()


def _adapter(conf: cfg.ConfigOpts) -> ModuleType:
    name = _adapter_of(conf.messaging.transport_url)
    if name is None:
        scheme = urlsplit(conf.messaging.transport_url).scheme
        # Not the URL itself: it may hold a password.
        raise ValueError(f"[messaging] transport_url: unknown scheme {scheme!r}")
    return importlib.import_module(name)


def _adapter_of(url: str) -> str | None:
    return _ADAPTERS.get(urlsplit(url).scheme.partition("+")[0])
