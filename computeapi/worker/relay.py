"""The relay: leads connections from the console proxy to the consoles of this host's guests.

A client names a console by the access path of its token, in the words of HTTP's CONNECT method
(RFC 9110, section 9.3.6). Nova's proxies speak to a host in the same way when a console has an
``internal_access_path``.
"""

import contextlib
import logging
import re
import socket
import socketserver
import threading
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from weakref import WeakValueDictionary

from computeapi.domain.console_tokens import ConsoleToken, ConsoleType, RelayAddress, hash_of
from computeapi.domain.errors import Unavailable
from computeapi.ports.database import Database
from computeapi.virt.driver import NOT_RUNNING, Driver, DriverError, GuestNotFound

LOG = logging.getLogger(__name__)

#: Connections at the same time.
MAX_CONNECTIONS = 256
#: Seconds that a client has to name a console.
_REQUEST_TIMEOUT = 10.0
_MAX_REQUEST_BYTES = 4096
_CONNECT = re.compile(rb"CONNECT (\S+) HTTP/1\.[01]\r\n")
_BLOCK = 65536


class _Refused(Exception):
    def __init__(self, status: HTTPStatus) -> None:
        self.status = status


class Relay:
    """The relay of one host.

    :param host: the host's name.
    :param wanted: the address to listen on; port 0 is a free one, the same at each start.
    :param port_file: keeps the port for the next start.
    """

    def __init__(
        self,
        db: Database,
        driver: Driver,
        host: str,
        wanted: RelayAddress,
        port_file: Path,
    ) -> None:
        self._db = db
        self._driver = driver
        self._host = host
        self._wanted = wanted
        self._port_file = port_file
        self._server: _Server | None = None
        self._lock = threading.Lock()
        #: The connections to serial lines by server. A line has one client; the newest one wins.
        self._lines: WeakValueDictionary[str, socket.socket] = WeakValueDictionary()

    def start(self) -> None:
        """Begin to listen.

        :raises OSError: when the address cannot be had.
        """
        self._server = self._listening()
        self._port_file.write_text(f"{self._server.server_address[1]}\n")
        threading.Thread(target=self._server.serve_forever, name="relay", daemon=True).start()

    def stop(self) -> None:
        """Close all connections, and listen no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def address(self) -> RelayAddress:
        """The address that the relay listens on.

        :raises Unavailable: when it does not listen.
        """
        if self._server is None:
            raise Unavailable("The consoles of this host cannot be reached now.")
        return RelayAddress(self._wanted.host, self._server.server_address[1])

    def open(self, path: str) -> tuple[ConsoleToken, socket.socket]:
        """Connect to the console that an access path leads to."""
        with self._db.read() as tx:
            token = tx.console_tokens.by_access(hash_of(path), tx.now())
        if token is None or token.host != self._host:
            raise _Refused(HTTPStatus.FORBIDDEN)
        if token.console_type != ConsoleType.SERIAL:
            return token, self._connected(token)
        with self._lock:
            former = self._lines.pop(token.server_id, None)
            if former is not None:
                _shut_down(former)
            guest = self._lines[token.server_id] = self._connected(token)
        return token, guest

    def _connected(self, token: ConsoleToken) -> socket.socket:
        try:
            return self._driver.connect_console(token.server_id, ConsoleType(token.console_type))
        except GuestNotFound as error:
            raise _Refused(HTTPStatus.NOT_FOUND) from error
        except DriverError as error:
            if error.reason == NOT_RUNNING:
                raise _Refused(HTTPStatus.CONFLICT) from error
            LOG.exception("Cannot connect to the console of instance %s", token.server_id)
            raise _Refused(HTTPStatus.BAD_GATEWAY) from error

    def _listening(self) -> "_Server":
        host, port = self._wanted.host, self._wanted.port
        if port:
            return _Server(host, port, self.open)
        try:
            return _Server(host, self._previous_port(), self.open)
        except OSError:
            # Another program has the port by now: tokens that name it lead nowhere.
            return _Server(host, 0, self.open)

    def _previous_port(self) -> int:
        try:
            return int(self._port_file.read_text())
        except (FileNotFoundError, ValueError):
            return 0


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(
        self, host: str, port: int, opened: Callable[[str], tuple[ConsoleToken, socket.socket]]
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.opened = opened
        self.places = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        super().__init__((host, port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        LOG.exception("A connection to a console failed")

    def add(self, connection: socket.socket) -> None:
        """Note a connection, to be closed with the server."""
        with self._lock:
            self._connections.add(connection)

    def remove(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.discard(connection)

    def server_close(self) -> None:
        super().server_close()
        with self._lock:
            for connection in self._connections:
                _shut_down(connection)


class _Handler(socketserver.BaseRequestHandler):
    request: socket.socket
    server: _Server

    def handle(self) -> None:
        if not self.server.places.acquire(blocking=False):
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        self.server.add(self.request)
        try:
            self._serve()
        finally:
            self.server.remove(self.request)
            self.server.places.release()

    def _serve(self) -> None:
        try:
            token, guest = self.server.opened(self._path())
        except _Refused as refused:
            self._answer(refused.status)
            return
        except Unavailable:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        with guest:
            self._answer(HTTPStatus.OK)
            LOG.info("Console %s of instance %s is open", token.console_type, token.server_id)
            _exchange(self.request, guest)
            LOG.info("Console %s of instance %s is closed", token.console_type, token.server_id)

    def _path(self) -> str:
        """Return the access path that the client names."""
        self.request.settimeout(_REQUEST_TIMEOUT)
        request = b""
        try:
            # One byte at a time: what follows the request is for the guest.
            while not request.endswith(b"\r\n\r\n") and len(request) < _MAX_REQUEST_BYTES:
                part = self.request.recv(1)
                if not part:
                    break
                request += part
        except OSError as error:
            raise _Refused(HTTPStatus.REQUEST_TIMEOUT) from error
        self.request.settimeout(None)
        match = _CONNECT.match(request)
        if match is None or not request.endswith(b"\r\n\r\n"):
            raise _Refused(HTTPStatus.BAD_REQUEST)
        return match[1].decode("latin-1")

    def _answer(self, status: HTTPStatus) -> None:
        # The client may have gone already; nothing is lost then.
        with contextlib.suppress(OSError):
            self.request.sendall(f"HTTP/1.1 {status.value} {status.phrase}\r\n\r\n".encode())


def _exchange(client: socket.socket, guest: socket.socket) -> None:
    """Pass bytes both ways until either side ends."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    back = threading.Thread(target=_pass_on, args=(guest, client), name="relay", daemon=True)
    back.start()
    _pass_on(client, guest)
    back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(_BLOCK):
            target.sendall(data)
    except OSError as error:
        # A console ends when either side goes, in whatever way.
        LOG.debug("A console ended: %s", error)
    finally:
        _shut_down(source)
        _shut_down(target)


def _shut_down(connection: socket.socket) -> None:
    # It may be closed already.
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
