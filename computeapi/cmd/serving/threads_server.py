"""The API served by threads: ``use = egg:computeapi#threads``."""

import logging
import os
import signal
from collections.abc import Callable
from time import monotonic
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from computeapi.cmd.serving import framing, listening
from computeapi.cmd.serving.limits import Limits
from computeapi.cmd.serving.threads_channel import Channel

LOG = logging.getLogger(__name__)

#: Seconds between two looks at the connections.
_TICK = 0.25
#: Bytes on the wire of a chunk of one byte; the filter counts the bytes in the chunks.
_CHUNK_OVERHEAD = 6


def server_factory(
    global_conf: dict[str, str], host: str = "127.0.0.1", port: str = "8774", **options: str
) -> Callable[[Any], None]:
    """Make the server for paste.deploy.

    :param host: and port: where to listen, unless ``listen_fd`` in the global conf is the
        file descriptor of a socket that is bound already.
    :param options: see :class:`Limits`.
    :raises ValueError: when an option is unknown or wrong.
    """
    limits = Limits.from_options(global_conf, options)

    def serve(app: Any) -> None:
        ThreadsServer(listening.inherited(global_conf, host, port), app, limits).run()

    return serve


class ThreadsServer(TcpWSGIServer):
    """waitress: one thread reads and writes, the others run the application.

    A connection takes a thread only while a whole request of it is answered.

    :ivar is_draining: whether each connection ends with its current request.
    """

    channel_class = Channel

    def __init__(self, sock: Any, app: Any, limits: Limits) -> None:
        self.limits = limits
        self.is_draining = False
        self._is_stopped = False
        self._paused_until = 0.0
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of each request
        address = (sock.family, sock.type, sock.proto, sock.getsockname())
        super().__init__(
            app,
            _start=False,
            _sock=sock,
            adj=_Settings(limits, str(address[3][0])),
            sockinfo=address,
            bind_socket=False,
        )

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then until the requests under way have ended."""
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self._stop)
        listening.allow_files(self.limits.max_connections)
        self.accept_connections()
        LOG.info("Listening on %s", listening.name(self.socket))
        next_look = deadline = 0.0
        while not self.is_draining or self.active_channels:
            wasyncore.loop(timeout=_TICK, use_poll=True, map=self._map, count=1)
            now = monotonic()
            if self._is_stopped and not self.is_draining:
                self._drain()
                deadline = now + self.limits.grace_timeout
            if now >= next_look:
                next_look = now + _TICK
                self._end_late_connections(now)
            if self.is_draining and now > deadline:
                break
        self._end()

    def accept(self) -> Any:
        """Accept a connection; after an error, do not try again at once."""
        try:
            return super().accept()
        except OSError as error:
            LOG.warning("Cannot accept a connection: %s", error)
            self._paused_until = monotonic() + listening.PAUSE
            return None

    def readable(self) -> bool:
        """Return whether to accept connections."""
        return monotonic() >= self._paused_until and bool(super().readable())

    def maintenance(self, now: float) -> None:
        """Leave the ending of connections to :meth:`Channel.check`."""

    def _end_late_connections(self, now: float) -> None:
        for channel in list(self.active_channels.values()):
            channel.check(now)

    def _stop(self, signum: int, frame: object) -> None:
        self._is_stopped = True
        self.pull_trigger()

    def _drain(self) -> None:
        self.is_draining = True
        # Those that wait in the backlog were promised to be served.
        while len(self.active_channels) < self.limits.max_connections:
            accepted = self.accept()
            if accepted is None:
                break
            client, address = accepted
            self.channel_class(self, client, address, self.adj, map=self._map)
        self.accepting = False
        self.del_channel()
        self.socket.close()
        for channel in list(self.active_channels.values()):
            channel.drain()

    def _end(self) -> None:
        cut = len(self.active_channels)
        if cut:
            LOG.warning("%d connections did not end in time and are cut", cut)
            os._exit(1)
        self.task_dispatcher.shutdown()
        LOG.info("Stopped")


class _Settings(Adjustments):
    """waitress's settings."""

    def __init__(self, limits: Limits, server_name: str) -> None:
        self.limits = limits
        super().__init__(
            # The host in links of an answer to a request without one, which HTTP/1.0 allows.
            server_name=server_name,
            threads=limits.threads,
            backlog=listening.BACKLOG,
            # waitress counts the listening socket and the trigger as well.
            connection_limit=limits.max_connections + 2,
            max_request_header_size=framing.MAX_HEADER + framing.MAX_LINE,
            max_request_body_size=(limits.max_request_body_size + 1) * _CHUNK_OVERHEAD,
            # Headers of proxies are left to the filters of the pipeline.
            clear_untrusted_proxy_headers=False,
            asyncore_use_poll=True,
            log_socket_errors=False,
            ident=None,
        )
