"""The API served by green threads: ``use = egg:computeapi#eventlet``."""

import logging
import os
import signal
import warnings
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from computeapi.cmd.serving import framing, listening
from computeapi.cmd.serving.limits import Limits

with warnings.catch_warnings():
    # eventlet advises against itself at every start; doc/source/contributor/dependencies.rst
    # says why it is used.
    warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated")
    import eventlet
    from eventlet import hubs, wsgi

    from computeapi.cmd.serving.eventlet_protocol import Protocol

LOG = logging.getLogger(__name__)

#: Seconds between two looks at the connections.
_TICK = 0.25
_DRAIN_TICK = 0.05
#: Seconds between two warnings that there are too many connections.
_WARN_INTERVAL = 60.0


def server_factory(
    global_conf: dict[str, str], host: str = "127.0.0.1", port: str = "8774", **options: str
) -> Callable[[Any], None]:
    """Make the server for paste.deploy, and make the standard library green.

    To be called before the application is imported: Pecan, for one, keeps its state in a
    ``threading.local``.

    :param host: and port: where to listen, unless ``listen_fd`` in the global conf is the
        file descriptor of a socket that is bound already.
    :param options: see :class:`Limits`.
    :raises ValueError: when an option is unknown or wrong.
    """
    limits = Limits.from_options(global_conf, options)
    eventlet.monkey_patch()

    def serve(app: Any) -> None:
        hubs.use_hub()  # a process just forked shares its parent's epoll descriptor
        EventletServer(listening.inherited(global_conf, host, port), app, limits).run()

    return serve


def fair(app: Any) -> Any:
    """Yield to other connections before each request.

    A busy keep-alive connection never blocks, so eventlet would serve it alone.
    """

    def yielding(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        eventlet.sleep(0)
        return app(environ, start_response)

    return yielding


class EventletServer(wsgi.Server):
    """Accepts connections, ends those that take too long, and drains when told to stop.

    ``eventlet.wsgi.server`` would go on listening while it drains.

    :ivar connections: the protocols of the connections that are open.
    :ivar is_draining: whether each connection ends with its current request.
    """

    def __init__(self, sock: Any, app: Any, limits: Limits) -> None:
        super().__init__(
            sock,
            sock.getsockname(),
            fair(app),
            protocol=Protocol,
            log_output=False,
            debug=False,
            url_length_limit=framing.MAX_LINE * 2,  # Protocol refuses lines above MAX_LINE
        )
        self.log = LOG  # without access log, that is
        self.limits = limits
        self.connections: set[Protocol] = set()
        self.is_draining = False
        self._warn_at = 0.0
        self._slots = eventlet.Semaphore(limits.max_connections)

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then until the requests under way have ended."""
        signalled = _signal_pipe()
        listening.allow_files(self.limits.max_connections)
        self.socket.listen(listening.BACKLOG)
        LOG.info("Listening on %s", listening.name(self.socket))
        accepting = eventlet.spawn(self._accept)
        eventlet.spawn(self._end_late_connections)
        hubs.trampoline(signalled, read=True)
        self._drain(accepting)
        LOG.info("Stopped")

    def _accept(self) -> None:
        while True:
            self._take_place()
            try:
                self._begin(*self.socket.accept())
            except ConnectionAbortedError:
                self._slots.release()
            except OSError as error:
                self._slots.release()
                LOG.warning("Cannot accept a connection: %s", error)
                eventlet.sleep(listening.PAUSE)

    def _take_place(self) -> None:
        if self._slots.acquire(blocking=False):
            return
        if monotonic() >= self._warn_at:
            self._warn_at = monotonic() + _WARN_INTERVAL
            LOG.warning("All %d connections are in use: others wait", self.limits.max_connections)
        self._slots.acquire()

    def _begin(self, client: Any, address: Any) -> None:
        eventlet.spawn(self._serve, client, address)

    def _serve(self, client: Any, address: Any) -> None:
        try:
            Protocol([address, client, wsgi.STATE_IDLE], self)
        except OSError as error:
            LOG.debug("Connection lost: %s", error)
        except Exception:
            LOG.exception("A connection failed")
        finally:
            client.close()
            self._slots.release()

    def _end_late_connections(self) -> None:
        while True:
            eventlet.sleep(_TICK)
            now = monotonic()
            for connection in list(self.connections):
                if connection.watch.is_late(now):
                    connection.expire()

    def _drain(self, accepting: Any) -> None:
        self.is_draining = True
        accepting.kill()
        # Those that wait in the backlog were promised to be served.
        with eventlet.Timeout(0, False):
            while self._slots.acquire(blocking=False):
                self._begin(*self.socket.accept())
        self.socket.close()
        eventlet.sleep(0)  # the last ones become connections
        for connection in list(self.connections):
            connection.drain()
        with eventlet.Timeout(self.limits.grace_timeout, False):
            while self.connections:
                eventlet.sleep(_DRAIN_TICK)
        if self.connections:
            LOG.warning("%d connections did not end in time and are cut", len(self.connections))
            os._exit(1)


def _signal_pipe() -> int:
    """Return a file descriptor that can be read when SIGTERM or SIGINT has come."""
    # A signal handler may run in any green thread and must not switch to another, and the
    # hub's poll goes on after it (PEP 475): a pipe that the hub polls wakes it.
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: None)
    return reader
