"""A server for few requests, at a socket of its own: waitress."""

import socket
import threading
from typing import Any

import waitress
from waitress import wasyncore

#: Seconds that the threads may take to end, and bytes of a request's body: guests post passwords.
_TIMEOUT, _MAX_BODY = 30.0, 16384
#: Connections, and seconds for an idle one.
_LIMITS = {"connection_limit": 50, "channel_timeout": 20, "cleanup_interval": 5}


class Loop:
    """A thread that answers at a socket, and the threads that it gives requests to."""

    def __init__(self, app: Any, sock: socket.socket, threads: int) -> None:
        """:param app: a WSGI application. :param sock: a bound socket, which this closes."""
        self._channels: dict[int, Any] = {}
        self._server = waitress.create_server(
            app,
            map=self._channels,
            sockets=[sock],
            ident=None,
            threads=threads,
            max_request_body_size=_MAX_BODY,
            **_LIMITS,
        )
        self._thread = threading.Thread(target=self._run, name="metadata", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self._server.run()
        self._server.task_dispatcher.shutdown()

    def end(self) -> None:
        """Close the connections; no request is answered any more."""
        # The loop is asleep, and its sockets are its own to close.
        self._server.trigger.pull_trigger(
            lambda: wasyncore.close_all(self._channels, ignore_all=True)
        )
        self._thread.join(_TIMEOUT)
