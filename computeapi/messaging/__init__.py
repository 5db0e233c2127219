"""Between the processes of the API and the workers: wake-ups and questions.

No accepted work travels here. Losing every message costs latency, never work.
"""

import importlib
from types import ModuleType
from urllib.parse import urlsplit

from oslo_config import cfg

from computeapi.ports.messaging import Caller, Listener

__all__ = ["caller", "listener"]

# Only the adapter in use is imported: oslo.messaging is an extra, and slow to import.
_ADAPTERS = {
    "unix": "computeapi.messaging.unix",
    "rabbit": "computeapi.messaging.oslo",
    "kombu": "computeapi.messaging.oslo",
}


def caller(conf: cfg.ConfigOpts) -> Caller:
    """Return the API's side.

    It connects at its first use, so one made before a fork serves in the children.

    :raises ValueError: when the scheme of ``[messaging] transport_url`` is not known.
    """
    return _adapter(conf).caller(conf)


def listener(conf: cfg.ConfigOpts) -> Listener:
    """Return a worker's side.

    :raises ValueError: when the scheme of ``[messaging] transport_url`` is not known.
    """
    return _adapter(conf).listener(conf)


def _adapter(conf: cfg.ConfigOpts) -> ModuleType:
    scheme = urlsplit(conf.messaging.transport_url).scheme
    name = _ADAPTERS.get(scheme.partition("+")[0])
    if name is None:
        # Not the URL itself: it may hold a password.
        raise ValueError(f"[messaging] transport_url: unknown scheme {scheme!r}")
    return importlib.import_module(name)
