"""Compares the guests of a host with its servers, and mends or reports the differences.

Only servers without an unfinished operation are looked at: the others are being worked on.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial

from computeapi.domain.operations import Operation
from computeapi.domain.paging import PageRequest
from computeapi.domain.servers import ALL_PROJECTS, Server, ServerFilters, TaskState
from computeapi.ports.database import Database, Transaction
from computeapi.ports.images import ImageCache
from computeapi.virt.driver import Driver, DriverError, Guest, GuestNotFound
from computeapi.worker.differences import Difference, compare

LOG = logging.getLogger(__name__)

_DEBOUNCE = 1.0  # seconds from a guest's change to the look at it; changes come in bursts


class Reconcile:
    """Mend the differences between the hypervisor of a host and the database.

    :param host: this worker's host.
    :param is_busy: return whether this worker is at work on a server.
    :param may_look: return whether the host is still this worker's: the guests here are those of
        its servers.
    """

    def __init__(
        self,
        db: Database,
        driver: Driver,
        images: ImageCache,
        host: str,
        is_busy: Callable[[str], bool],
        may_look: Callable[[], bool],
    ) -> None:
        self._db = db
        self._driver = driver
        self._images = images
        self._host = host
        self._is_busy = is_busy
        self._may_look = may_look

    def everything(self) -> None:
        """Look at all guests and all servers of the host, then at its cached images.

        :raises DriverError: when the hypervisor cannot say what guests it has.
        """
        if not self._may_look():
            return
        # In this order: a guest is made after its server's row, so that a guest seen here
        # whose row is not seen below never had one, or has it no more.
        guests = self._driver.guests()
        with self._db.read() as tx:
            servers = {server.id: server for server in tx.servers.on_host(self._host)}
        for server in servers.values():
            if compare(server, guests.get(server.id)) is not None:
                self.server(server.id)
        strangers_left = not self._remove_orphans(set(guests) - set(servers))
        # Until its disk is made anew, a server being rebuilt needs the image that it had before.
        rebuilding = any(s.task_state == TaskState.REBUILDING for s in servers.values())
        if not (strangers_left or rebuilding):
            self._images.prune({i for s in servers.values() for i in s.image_ids})

    def server(self, server_id: str) -> None:
        """Look at one server and its guest."""
        if not self._may_look():
            return
        with self._db.read() as tx:
            server = tx.servers.get(server_id)
            if server is not None and tx.operations.unfinished(server_id):
                return
        try:
            guest = self._guest(server_id)
        except DriverError as error:
            LOG.warning("Server %s: the hypervisor gives no answer about it: %s", server_id, error)
            return
        if server is not None and server.host == self._host:
            self._compare(server, guest)
        elif guest is not None:
            self._remove_orphan(server_id)

    def _guest(self, server_id: str) -> Guest | None:
        try:
            return self._driver.guest(server_id)
        except GuestNotFound:
            return None

    def _compare(self, server: Server, guest: Guest | None) -> None:
        difference = compare(server, guest)
        if difference is None:
            return
        with self._db.write() as tx:
            row = tx.servers.get(server.id, lock=True)
            # Had an operation begun and ended meanwhile, the guest would be a stale picture.
            if row != server or tx.operations.unfinished(server.id):
                return
            self._resolve(tx, row, difference)
        LOG.log(difference.level, "Server %s: %s", server.id, difference.summary)

    def _resolve(self, tx: Transaction, server: Server, difference: Difference) -> None:
        now = tx.now()
        difference.change(server, now)
        server.updated_at = now
        tx.servers.save(server)
        if difference.action is None:
            return
        user_id, request_id = server.user_id, f"req-{uuid.uuid4()}"
        operation = Operation.of(difference.action, server, user_id, request_id, created_at=now)
        tx.operations.add(operation)

    def _remove_orphans(self, server_ids: set[str]) -> bool:
        """Destroy the guests of deleted servers.

        :returns: whether no stranger is left, whose image nobody here knows.
        """
        if not server_ids:
            return True
        # A delete may have ended between the look at the guests and that at the servers.
        still_here = server_ids & set(self._driver.guests())
        return all([self._remove_orphan(server_id) for server_id in still_here])

    def _remove_orphan(self, server_id: str) -> bool:
        """Destroy a guest whose server is deleted; tell whether it is out of the world.

        A deleted server leaves its row. A guest without any row means a wrong, emptied or
        restored database more likely than a guest nobody wants: it is reported, never destroyed.
        """
        if self._is_busy(server_id):
            return False
        with self._db.read() as tx:
            server = tx.servers.get(server_id)
            moves = any(claim.host == self._host for claim in tx.claims.of_server(server_id))
            # See computeapi.worker.evacuations.
            moves |= any(one.source_host == self._host for one in tx.migrations.remains(server_id))
            gone = ServerFilters(ALL_PROJECTS, deleted=True, equals={"id": [server_id]})
            deleted = server is None and tx.servers.list(gone, PageRequest(limit=1)).items
        if server is not None and moves:
            return False
        if server is not None:
            place = f"on host {server.host}" if server.host else "on no host"
            LOG.error("Guest %s is here, but its server is %s", server_id, place)
            return False
        if not deleted:
            LOG.error(
                "Guest %s is of no server that the database knows; it is left alone. Is "
                "[database] connection right? If so, destroy it by hand.",
                server_id,
            )
            return False
        try:
            self._driver.destroy(server_id)
        except DriverError as error:
            LOG.warning("Guest %s is of a deleted server and stays: %s", server_id, error)
            return False
        LOG.warning("Guest %s was of a deleted server: destroyed", server_id)
        return True


class Rounds:
    """The thread that reconciles: everything at times, and a server when its guest changed.

    :param interval: seconds between two looks at everything.
    :param more: other looks to take as often.
    """

    def __init__(
        self, reconcile: Reconcile, interval: float, more: Sequence[Callable[[], None]] = ()
    ) -> None:
        self._reconcile = reconcile
        self._more = more
        self._interval = interval
        self._changed: set[str] = set()
        self._mutex = threading.Lock()
        self._news = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reconcile", daemon=True)

    def start(self) -> None:
        """Begin, with a look at everything."""
        self._thread.start()

    def stop(self, patience: float) -> None:
        """End after the step under way.

        :param patience: seconds to wait for that.
        """
        self._stopped.set()
        self._news.set()
        self._thread.join(timeout=patience)

    def changed(self, server_id: str) -> None:
        """Look at a server soon. Returns at once."""
        with self._mutex:
            self._changed.add(server_id)
            self._news.set()

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stopped.is_set():
            if time.monotonic() >= due:
                for look in (self._reconcile.everything, *self._more):
                    self._attempt(look)
                due = time.monotonic() + self._interval
            if self._news.wait(max(0.0, due - time.monotonic())):
                self._stopped.wait(_DEBOUNCE)
                self._look_at_changed()

    def _look_at_changed(self) -> None:
        with self._mutex:
            self._news.clear()
            changed, self._changed = self._changed, set()
        for server_id in changed:
            if self._stopped.is_set():
                return
            self._attempt(partial(self._reconcile.server, server_id))

    @staticmethod
    def _attempt(look: Callable[[], None]) -> None:
        try:
            look()
        except Exception:
            LOG.exception("Could not reconcile; the next look may mend it")
