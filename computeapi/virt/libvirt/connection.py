"""A connection to libvirt that lasts, and its events."""

import contextlib
import logging
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator

import libvirt

from computeapi.virt.driver import DriverError, DriverUnavailable, GuestNotFound

LOG = logging.getLogger(__name__)

POWER_EVENTS = {
    libvirt.VIR_DOMAIN_EVENT_STARTED,
    libvirt.VIR_DOMAIN_EVENT_SUSPENDED,
    libvirt.VIR_DOMAIN_EVENT_RESUMED,
    libvirt.VIR_DOMAIN_EVENT_STOPPED,
    libvirt.VIR_DOMAIN_EVENT_CRASHED,
    libvirt.VIR_DOMAIN_EVENT_PMSUSPENDED,
}
_BUSY = (libvirt.VIR_ERR_NO_CONNECT, libvirt.VIR_ERR_OPERATION_TIMEOUT)
#: libvirt's errors about a definition that it, or QEMU, cannot follow.
_UNSUPPORTED_HARDWARE = (
    libvirt.VIR_ERR_CONFIG_UNSUPPORTED,
    libvirt.VIR_ERR_XML_ERROR,
    libvirt.VIR_ERR_XML_DETAIL,
)
#: The reason that the owner of a server reads then.
NO_SUCH_HARDWARE = "the host lacks hardware or firmware that the server's flavor or image asks for"
#: Seconds between signs of life of a connection over a socket, and how many may be missed.
KEEPALIVE = (5, 5)

_event_loop_lock = threading.Lock()
_event_loop_started = threading.Event()


def start_event_loop() -> None:
    """Start the process's one event loop; libvirt wants it before the first connection.

    It belongs to the process, not to a connection, and cannot be taken back.
    """
    with _event_loop_lock:
        if _event_loop_started.is_set():
            return
        # Errors arrive as exceptions; printing them as well is what this turns off.
        libvirt.registerErrorHandler(lambda _context, _error: None, None)
        libvirt.virEventRegisterDefaultImpl()
        threading.Thread(target=_run_events, name="libvirt-events", daemon=True).start()
        _event_loop_started.set()


def _run_events() -> None:
    while True:
        try:
            libvirt.virEventRunDefaultImpl()
        except libvirt.libvirtError:
            LOG.exception("libvirt's event loop failed once")
            time.sleep(1)


@contextlib.contextmanager
def explained(doing: str) -> Iterator[None]:
    """Turn libvirt's errors into the port's."""
    try:
        yield
    except libvirt.libvirtError as error:
        is_unsupported = error.get_error_code() in _UNSUPPORTED_HARDWARE
        reason = NO_SUCH_HARDWARE if is_unsupported else None
        raise _kind(error)(f"libvirt could not {doing}: {error}", reason) from error


def _kind(error: libvirt.libvirtError) -> type[DriverError]:
    if error.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN:
        return GuestNotFound
    # libvirt's client reports a socket that is closed or refused under these two domains; an
    # error that the daemon reports keeps the domain of its origin.
    if (
        error.get_error_domain() in (libvirt.VIR_FROM_RPC, libvirt.VIR_FROM_REMOTE)
        or error.get_error_code() in _BUSY
    ):
        return DriverUnavailable
    return DriverError


def unsupported(error: libvirt.libvirtError) -> bool:
    return error.get_error_code() == libvirt.VIR_ERR_NO_SUPPORT


class Connection:
    """A connection that is opened anew when a restart of libvirtd ended it."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._lock = threading.Lock()
        self._connection: libvirt.virConnect | None = None
        self._callback: int | None = None
        self._changes: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._teller: threading.Thread | None = None

    def open(self, on_change: Callable[[str], None]) -> None:
        """Connect.

        :param on_change: called, from a thread of its own, with the UUID of every domain
            whose power changed.
        :raises libvirt.libvirtError: when it cannot be.
        """
        start_event_loop()
        with self._lock:
            self._connect()
        self._teller = threading.Thread(
            target=self._tell, args=(on_change,), name="libvirt-changes", daemon=True
        )
        self._teller.start()

    def close(self) -> None:
        """Disconnect, and end the calls of ``on_change``."""
        if self._teller:
            self._changes.put(None)
            self._teller.join()
            self._teller = None
        with self._lock:
            if self._connection:
                if self._connection.isAlive():
                    self._connection.domainEventDeregisterAny(self._callback)
                self._connection.close()
            self._connection = None

    def get(self) -> libvirt.virConnect:
        """Return the connection, alive.

        :raises DriverError: when it was never opened, or closed.
        :raises libvirt.libvirtError: when it is lost and cannot be opened anew.
        """
        with self._lock:
            if self._connection is None:
                raise DriverError("the driver is not open")
            if not self._connection.isAlive():
                LOG.warning("the connection to %s is lost, opening it anew", self._uri)
                self._connect()
            return self._connection

    def _connect(self) -> None:
        connection = libvirt.open(self._uri)
        try:
            connection.setKeepAlive(*KEEPALIVE)
        except libvirt.libvirtError as error:
            if not unsupported(error):
                raise
        self._callback = connection.domainEventRegisterAny(
            None, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, self._on_lifecycle, None
        )
        self._connection = connection

    def _on_lifecycle(
        self, _connection: object, domain: libvirt.virDomain, event: int, _detail: int, _: object
    ) -> None:
        # The event loop calls this and must go on: a call into libvirt would wait for it.
        if event in POWER_EVENTS:
            self._changes.put(domain.UUIDString())

    def _tell(self, on_change: Callable[[str], None]) -> None:
        while (changed := self._changes.get()) is not None:
            try:
                on_change(changed)
            except Exception:
                LOG.exception("a change of guest %s could not be told", changed)


def main() -> None:
    """Open the connection named on the command line, to see whether it can be."""
    start_event_loop()
    try:
        libvirt.open(sys.argv[1]).close()
    except libvirt.libvirtError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
