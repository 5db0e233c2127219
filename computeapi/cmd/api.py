"""computeapi-api: serves the API with eventlet, from one process or several on one socket."""

import eventlet

# Before anything else is imported: Pecan, for one, keeps its state in a threading.local.
eventlet.monkey_patch()

import argparse
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from typing import Any

from eventlet import hubs, patcher, wsgi
from oslo_config import cfg
from paste import deploy

from computeapi import conf as configuration
from computeapi.cmd import log, paste

LOG = logging.getLogger(__name__)

# The parent of several processes only waits; eventlet's waiting would poll.
_os = patcher.original("os")
_time = patcher.original("time")

#: Seconds that requests under way have to end when the service is stopped.
GRACE = 20
_BACKLOG = 1024

Server = Callable[[Any], None]


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket.

    :raises OSError: when the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = eventlet.listen((host, port), family=family, backlog=_BACKLOG, reuse_port=False)
    # Inherited by every connection: without it eventlet's two writes for a large response
    # meet Nagle's algorithm and the peer's delayed acknowledgement, 40 ms each time.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def fair(app: Any) -> Any:
    """Let other connections have their turn before each request.

    A busy keep-alive connection never blocks, so eventlet would serve it alone.
    """

    def yielding(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        eventlet.sleep(0)
        return app(environ, start_response)

    return yielding


def server_factory(
    global_conf: dict[str, str],
    host: str = "127.0.0.1",
    port: str = "8774",
    max_connections: str = "1000",
    **local_conf: str,
) -> Server:
    """Make the server for paste.deploy: ``use = egg:computeapi#eventlet``.

    :param host: and port: where to listen, unless ``listen_fd`` in the global conf is the
        file descriptor of a socket that listens already.
    :param max_connections: served at the same time.
    """

    def serve(app: Any) -> None:
        inherited = global_conf.get("listen_fd")
        sock = socket.socket(fileno=int(inherited)) if inherited else listen(host, int(port))
        pool = eventlet.GreenPool(int(max_connections))
        serving = eventlet.spawn(
            wsgi.server,
            sock,
            fair(app),
            log=LOG,
            log_output=LOG.isEnabledFor(logging.DEBUG),
            debug=False,
            custom_pool=pool,
            capitalize_response_headers=False,
        )
        _stop_on_signals(serving)
        try:
            serving.wait()
        except eventlet.greenlet.GreenletExit:
            LOG.info("Stopped")

    return serve


def _stop_on_signals(serving: Any) -> None:
    """On SIGTERM or SIGINT accept nothing more; requests under way have :data:`GRACE` seconds."""
    # A signal handler may run in any green thread and must not switch to another, and the
    # hub's poll goes on after it (PEP 475): a pipe that the hub polls is what wakes it.
    reader, writer = _os.pipe()
    _os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: None)

    def wait() -> None:
        hubs.trampoline(reader, read=True)
        eventlet.spawn_after(GRACE, os._exit, 1)
        serving.kill()

    eventlet.spawn(wait)


def _serve(config: cfg.ConfigOpts, sock: socket.socket, app_name: str) -> None:
    app = paste.load_app(config, app_name)
    server = deploy.loadserver(
        f"config:{paste.paste_file(config)}",
        global_conf=paste.global_conf(config) | {"listen_fd": str(sock.detach())},
    )
    server(app)


class Processes:
    """Several processes that serve the same socket; one that dies is started again.

    :param count: how many.
    :param work: what each does; it returns when the service is stopped.
    """

    def __init__(self, count: int, work: Callable[[], None]) -> None:
        self._count = count
        self._work = work
        self._children: set[int] = set()
        self._stopping = False

    def run(self) -> None:
        """Start the processes and wait until they have ended."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        for _ in range(self._count):
            self._start()
        while self._children:
            pid, status = _os.wait()
            self._children.discard(pid)
            if not self._stopping:
                LOG.error("Process %d ended with status %d: starting another", pid, status)
                # A process that fails at once must not become a busy loop.
                _time.sleep(1)
                self._start()

    def _start(self) -> None:
        if self._stopping:
            return
        pid = os.fork()
        if pid:
            self._children.add(pid)
            return
        code = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            hubs.use_hub()  # the parent's epoll descriptor is shared with it
            self._work()
            code = 0
        except Exception:
            LOG.exception("This process failed")
        finally:
            logging.shutdown()
            os._exit(code)

    def _stop(self, signum: int, frame: Any) -> None:
        self._stopping = True
        for pid in self._children:
            os.kill(pid, signal.SIGTERM)


def main(argv: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="computeapi-api", description=__doc__)
    parser.add_argument("--config-file", required=True, help="configuration file")
    parser.add_argument("--app", default="main", help="section of the paste file (default: main)")
    args = parser.parse_args(argv)
    config = configuration.load([args.config_file])
    log.setup(config)
    try:
        sock = listen(config.api.listen, config.api.port)
    except OSError as error:
        sys.exit(f"computeapi-api: cannot listen on {config.api.listen}:{config.api.port}: {error}")
    LOG.info("Listening on %s:%d", config.api.listen, config.api.port)
    if config.api.processes == 1:
        _serve(config, sock, args.app)
    else:
        Processes(config.api.processes, lambda: _serve(config, sock, args.app)).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
