"""Messaging on one machine: a Unix socket a worker, one JSON line a message.

Only plain ``socket`` and ``threading``, so it works in a process with green
threads as in one with real threads.
"""

import errno
import hashlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from oslo_config import cfg

from computeapi.messaging import question
from computeapi.ports.messaging import JSON, Listener, Method, RPCClient

LOG = logging.getLogger(__name__)

_WAKE = "wake"
_CAST_TIMEOUT = 0.5  # seconds; connecting to a Unix socket does not wait for the other side
_REQUEST_TIMEOUT = 10.0  # seconds for a client to send its message
_MAX_CONNECTIONS = 64  # served at the same time


def rpc_client(conf: cfg.ConfigOpts) -> "UnixRPCClient":
    """Return the client that ``conf`` describes."""
    return UnixRPCClient(_folder(conf), conf.messaging.call_timeout)


def listener(conf: cfg.ConfigOpts) -> "UnixListener":
    """Return the listener that ``conf`` describes."""
    return UnixListener(_folder(conf))


def _folder(conf: cfg.ConfigOpts) -> Path:
    return Path(unquote(urlsplit(conf.messaging.transport_url).path))


def _socket_name(host: str) -> str:
    # A host name may be 253 characters long; a file name need not be.
    return hashlib.sha256(host.encode()).hexdigest()[:24]


@contextmanager
def _short_path(folder: Path) -> Iterator[Path]:
    """Give a path to ``folder`` of a few characters, however deep it lies.

    An address has room for 107 characters (unix(7)); state folders may be deeper.
    """
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


class UnixRPCClient(RPCClient):
    """The API's side: a connection a message."""

    def __init__(self, folder: Path, call_timeout: float) -> None:
        """:param call_timeout: seconds."""
        self._folder = folder
        self._call_timeout = call_timeout

    def cast(self, host: str) -> None:
        """See :meth:`computeapi.ports.messaging.RPCClient.cast`."""
        try:
            with self._connection(host, time.monotonic() + _CAST_TIMEOUT) as connection:
                _write(connection, _WAKE)
        except OSError as error:
            LOG.debug("Wake-up of %s is lost: %s", host, error)

    def call(self, host: str, method: str, /, **arguments: JSON) -> JSON:
        """See :meth:`computeapi.ports.messaging.RPCClient.call`."""
        text = question.ask(method, arguments)
        deadline = time.monotonic() + self._call_timeout
        try:
            with self._connection(host, deadline) as connection:
                _write(connection, text)
                answer = _read(connection, deadline)
        except OSError as error:
            raise question.silence(host) from error
        return question.result(answer)

    @contextmanager
    def _connection(self, host: str, deadline: float) -> Iterator[socket.socket]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_left(deadline))
            with _short_path(self._folder) as folder:
                connection.connect(str(folder / _socket_name(host)))
            yield connection


class UnixListener(Listener):
    """A worker's side: a thread that accepts, and one a connection."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._slots = threading.BoundedSemaphore(_MAX_CONNECTIONS)
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._unlink: Callable[[], None] = lambda: None
        self._on_wake: Callable[[], None] = lambda: None
        self._methods: Mapping[str, Method] = {}

    def start(self, host: str, on_wake: Callable[[], None], methods: Mapping[str, Method]) -> None:
        """See :meth:`computeapi.ports.messaging.Listener.start`.

        :raises OSError: when the socket cannot be made.
        """
        self._on_wake, self._methods = on_wake, methods
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / _socket_name(host)
        self._socket = _bind(path)
        self._unlink = partial(_unlink_own, path, path.stat().st_ino)
        self._thread = threading.Thread(
            target=self._accept, args=(self._socket,), name="messaging", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """See :meth:`computeapi.ports.messaging.Listener.stop`."""
        if self._socket is None or self._thread is None:
            return
        self._unlink()
        # Shutting down, not closing, is what wakes a thread that waits in accept().
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=5)
        self._socket.close()
        self._socket = None

    def _accept(self, server: socket.socket) -> None:
        while True:
            self._slots.acquire()
            try:
                connection, _ = server.accept()
            except OSError as error:
                self._slots.release()
                if error.errno in (errno.EINVAL, errno.EBADF):  # stop() was here
                    return
                LOG.warning("Could not accept a connection: %s", error)
                time.sleep(0.1)  # out of file descriptors, as a rule
                continue
            threading.Thread(
                target=self._serve, args=(connection,), name="messaging", daemon=True
            ).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                text = _read(connection, time.monotonic() + _REQUEST_TIMEOUT)
                if text == _WAKE:
                    self._wake()
                else:
                    answer = question.answer(self._methods, text)
                    connection.settimeout(_REQUEST_TIMEOUT)
                    _write(connection, answer)
        except OSError as error:
            LOG.debug("A client went away: %s", error)
        finally:
            self._slots.release()

    def _wake(self) -> None:
        try:
            self._on_wake()
        except Exception:
            LOG.exception("A wake-up came to nothing")


def _bind(path: Path) -> socket.socket:
    """Listen at ``path``, in place of a socket that lies there."""
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with _short_path(path.parent) as folder:
            ours = folder / f"{path.name}.{os.getpid()}"
            ours.unlink(missing_ok=True)
            server.bind(str(ours))
            # Before listen() no client can connect, so none connects with other permissions.
            ours.chmod(0o600)
            server.listen(128)
            ours.rename(folder / path.name)
    except OSError:
        server.close()
        raise
    return server


def _unlink_own(path: Path, inode: int) -> None:
    # A successor may have put its own socket in this place.
    with suppress(FileNotFoundError):
        if path.stat().st_ino == inode:
            path.unlink()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


def _write(connection: socket.socket, text: str) -> None:
    connection.sendall(text.encode() + b"\n")


def _read(connection: socket.socket, deadline: float) -> str:
    """Return one line.

    :raises OSError: when the other side ends before the line does, or at ``deadline``.
    """
    parts: list[bytes] = []
    while not parts or not parts[-1].endswith(b"\n"):
        connection.settimeout(_left(deadline))
        part = connection.recv(65536)
        if not part:
            raise ConnectionResetError("the other side ended before its line did")
        parts.append(part)
    return b"".join(parts).decode().rstrip("\n")
