"""The leases that a worker holds on operations, and the thread that looks after them."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from computeapi.domain.errors import Error, LeaseLost, Superseded
from computeapi.domain.operations import Operation
from computeapi.domain.servers import actions
from computeapi.ports.database import Database
from computeapi.virt.driver import DriverUnavailable

LOG = logging.getLogger(__name__)

_WATCH_INTERVAL = 1.0  # seconds between two looks at the operations under way
_WATCH_PAUSE = 0.1  # seconds between them at least, however many wake-ups arrive
_PREDECESSOR_POLL = 0.2  # seconds
#: Seconds that a thread has to come to its next checkpoint before its guest's power is cut for an
#: operation that cuts it anyway, and to end after that.
PATIENCE = 5.0


class Stopping(Exception):
    """The worker is being stopped: leave the operation to the next one."""


class Lease:
    """The right to carry out one operation, as long as it lasts.

    :param seconds: how long the lease lasts from ``since`` on, unless it is renewed.
    :param timeout: seconds that the operation may take.
    :param since: a moment of the monotonic clock no later than the claim.
    :ivar ended: set when the thread that carries the operation out is through with it.
    :ivar cutting: held while the power of the guest is cut for an operation that waits. The thread
        does not end meanwhile, so that the power cut is over before the next operation begins.
    :ivar predecessor: the lease under which this worker last worked on the same server.
    :ivar abandoned: whether the thread hangs and its operation was settled without it.
    """

    def __init__(self, operation: Operation, seconds: float, timeout: float, since: float) -> None:
        self.operation = operation
        self.timeout = timeout
        self.ended = threading.Event()
        self.cutting = threading.Lock()
        self.predecessor: Lease | None = None
        self.superseded = False
        self.abandoned = False
        self._power_cut_at: float | None = None
        self._seconds = seconds
        self._lost = self._stopping = False
        self._deadline = since + timeout
        self.renewed(since)

    def renewed(self, since: float) -> None:
        """Note that the lease was renewed, at ``since`` or later."""
        self._until = since + self._seconds
        self._renew_at = since + self._seconds / 3

    def lose(self) -> None:
        """Note that another worker holds the operation now."""
        self._lost = True

    def abandon(self) -> None:
        """Note that the thread hangs, and that the operation is not its own any more."""
        self.lose()
        self.abandoned = True

    def stop(self) -> None:
        """Make the operation stop at its next checkpoint."""
        self._stopping = True

    def followed_by(self, waiting: Sequence[Operation]) -> None:
        """Note the operations on the server that wait for the end of this one."""
        self.superseded = any(operation.action == actions.DELETE.name for operation in waiting)
        if self._power_cut_at is None and (self.superseded or any(map(_is_hard_reboot, waiting))):
            self._power_cut_at = time.monotonic() + PATIENCE

    def take_power_cut(self) -> bool:
        """Return, once, that the guest's power is to be cut.

        An operation that cuts it waits, and this one came to no checkpoint: it may hang in a call
        of the hypervisor's, which ends with the guest.
        """
        due = self._power_cut_at is not None and time.monotonic() >= self._power_cut_at
        if due:
            self._power_cut_at = float("inf")
        return due

    @property
    def at_work(self) -> "Lease | None":
        """The lease whose thread is still at work on the server: this one, or one before it."""
        lease: Lease | None = self
        while lease is not None and lease.ended.is_set():
            lease = lease.predecessor
        return lease

    @property
    def is_lost(self) -> bool:
        """Whether another worker has the operation, or may have it."""
        return self._lost or time.monotonic() >= self._until

    @property
    def is_due(self) -> bool:
        """Whether it is time to renew the lease."""
        return time.monotonic() >= self._renew_at

    @property
    def is_overrun(self) -> bool:
        """Whether the operation had its time, and the length of a lease to notice it."""
        return time.monotonic() >= self._deadline + self._seconds

    def checkpoint(self) -> None:
        """Return when the operation may go on. It costs nothing: no database, no waiting.

        :raises LeaseLost: when another worker may have the operation by now.
        :raises Superseded: when a delete waits for its server.
        :raises Stopping: when the worker is being stopped.
        :raises Error: when the operation took too long.
        """
        if self.is_lost:
            raise LeaseLost
        if self.superseded:
            raise Superseded
        if self._stopping:
            raise Stopping
        if time.monotonic() >= self._deadline:
            raise Error(f"The {self.operation.action} took more than {self.timeout:g} seconds.")

    def await_predecessor(self, cut_power: Callable[[], None] | None = None) -> None:
        """Return when this worker's earlier thread for the same server is through.

        It has lost its lease, but may still wait for an answer of the hypervisor: two threads
        at work on one guest could undo each other's steps.

        :param cut_power: cuts the guest's power, which ends the call that the thread hangs in;
            None where the operation needs the guest as it is.
        :raises DriverUnavailable: when that thread hangs: waiting for it would hold a thread, too.
        :raises: what :meth:`checkpoint` raises, and ``cut_power``.
        """
        before = self.predecessor
        if before is None:
            return
        before.lose()
        if cut_power is not None and not self._sees_end(
            before, 0 if before.abandoned else PATIENCE
        ):
            cut_power()
            self._sees_end(before, PATIENCE)
        if not self._sees_end(before, 0 if before.abandoned else float("inf")):
            raise DriverUnavailable("the hypervisor has not answered an earlier request yet")
        self.predecessor = None

    def _sees_end(self, before: "Lease", seconds: float) -> bool:
        """Wait for the end of another thread; return whether it came in time."""
        until = time.monotonic() + seconds
        while not before.ended.is_set() and time.monotonic() < until:
            self.checkpoint()
            before.ended.wait(_PREDECESSOR_POLL)
        return before.ended.is_set()


class Leases:
    """All the leases of this worker.

    :param seconds: how long a lease lasts without being renewed.
    :param on_overrun: called with a lease whose operation is not heard of any more.
    :param cut_power: called, from a thread of its own, with a lease whose guest's power is to be
        cut: see :meth:`Lease.take_power_cut`.
    """

    def __init__(
        self,
        db: Database,
        seconds: float,
        on_overrun: Callable[[Lease], None],
        cut_power: Callable[[Lease], None],
    ) -> None:
        self._db = db
        self._seconds = seconds
        self._on_overrun = on_overrun
        self._cut_power = cut_power
        self._held: dict[int, Lease] = {}
        self._mutex = threading.Lock()
        self._news = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="leases", daemon=True)

    def start(self) -> None:
        """Begin to look after the leases."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking after them."""
        self._stopped.set()
        self._news.set()
        self._thread.join(timeout=self._seconds)

    def wake(self) -> None:
        """Look soon whether a delete waits behind an operation."""
        self._news.set()

    def add(self, lease: Lease) -> None:
        """Look after a lease."""
        with self._mutex:
            self._held[id(lease)] = lease

    def remove(self, lease: Lease) -> bool:
        """Look after a lease no more; tell whether it was looked after till now."""
        with self._mutex:
            return self._held.pop(id(lease), None) is not None

    def held(self) -> list[Lease]:
        """Return the leases, oldest first."""
        with self._mutex:
            return list(self._held.values())

    def watch(self) -> None:
        """Renew the leases that are due; learn of deletes, of lost leases and lost threads."""
        for lease in self.held():
            try:
                if lease.is_overrun:
                    self._on_overrun(lease)
                else:
                    self._look(lease)
            except Exception:
                # The lease runs out if this goes on, and the operation with it.
                LOG.exception("Could not look after operation %s", lease.operation.id)

    def _look(self, lease: Lease) -> None:
        operation = lease.operation
        if lease.is_due:
            since = time.monotonic()
            with self._db.write() as tx:
                renewed = tx.operations.renew(operation, self._seconds)
            if renewed:
                lease.renewed(since)
            else:
                lease.lose()
        if operation.action != actions.DELETE.name and not lease.superseded:
            with self._db.read() as tx:
                unfinished = tx.operations.unfinished(operation.server_id)
            lease.followed_by([one for one in unfinished if (one.id or 0) > (operation.id or 0)])
        if lease.take_power_cut():
            name = f"power-cut-{operation.id}"
            threading.Thread(target=self._cut_power, args=(lease,), name=name, daemon=True).start()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._news.wait(min(_WATCH_INTERVAL, self._seconds / 3))
            self._news.clear()
            self.watch()
            self._stopped.wait(_WATCH_PAUSE)


def _is_hard_reboot(operation: Operation) -> bool:
    return operation.action == actions.HARD_REBOOT.name and operation.params.get("type") == "HARD"
