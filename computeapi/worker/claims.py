"""The loop that claims the operations of a host, and the threads that carry them out."""

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from computeapi.domain.errors import Error, LeaseLost
from computeapi.ports.database import Database
from computeapi.worker.leases import Lease, Leases
from computeapi.worker.operations import Operations

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many operations at a time, and how long everything may take, in seconds.

    :ivar lease: how long a claim lasts without being renewed.
    :ivar poll_interval: between looks for work when nobody calls.
    :ivar operation_timeout: for an operation from its claim to its end.
    """

    threads: int = 4
    lease: float = 30.0
    poll_interval: float = 5.0
    operation_timeout: float = 600.0


class Claims:
    """Claim the operations of a host, one after the other, and carry out several at a time.

    :param host: this worker's host.
    :param on_lost: called with the id of a server whose operation was lost on the way.
    :param may_claim: return whether the host is still this worker's.
    """

    def __init__(
        self,
        db: Database,
        operations: Operations,
        host: str,
        pace: Pace,
        on_lost: Callable[[str], None],
        may_claim: Callable[[], bool],
    ) -> None:
        self._db = db
        self._operations = operations
        self._host = host
        self._pace = pace
        self._on_lost = on_lost
        self._may_claim = may_claim
        self._owner = f"{host}:{os.getpid()}:{secrets.token_hex(4)}"
        self._leases = Leases(db, pace.lease, self._give_up, operations.power_cuts.cut)
        self._slots = threading.Semaphore(pace.threads)
        self._current: dict[str, Lease] = {}  # by server, touched by the claiming thread alone
        self._news = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="claims", daemon=True)

    def start(self) -> None:
        """Begin to claim."""
        self._leases.start()
        self._thread.start()

    def wake(self) -> None:
        """Look for work now."""
        self._news.set()
        self._leases.wake()

    def stop(self, patience: float) -> bool:
        """Claim no more, and let running operations come to a checkpoint.

        :param patience: seconds to wait for that.
        :returns: whether all of it did.
        """
        deadline = time.monotonic() + patience
        self._stopped.set()
        self._news.set()
        self._thread.join(timeout=patience)
        running = [lease for lease in self._current.values() if not lease.ended.is_set()]
        for lease in running:
            lease.stop()
        ended = [lease.ended.wait(max(0.0, deadline - time.monotonic())) for lease in running]
        self._leases.stop()
        return all(ended)

    def is_busy(self, server_id: str) -> bool:
        """Return whether a thread of this worker is at work on a server."""
        lease = self._current.get(server_id)
        return lease is not None and lease.at_work is not None

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._news.clear()
            try:
                # As long as a slot is to be had and work to be found.
                while self._slots.acquire(blocking=False):
                    if not self._claim_one():
                        break
            except Exception:
                LOG.exception("Could not claim; the next try is in %g s", self._pace.poll_interval)
                self._stopped.wait(min(1.0, self._pace.poll_interval))
            self._news.wait(self._pace.poll_interval)

    def _claim_one(self) -> bool:
        """Claim an operation and start its thread, or give the slot back."""
        lease = None
        try:
            lease = self._claim()
        finally:
            if lease is None:
                self._slots.release()
        if lease is None:
            return False
        at_work = {key: earlier.at_work for key, earlier in self._current.items()}
        self._current = {key: earlier for key, earlier in at_work.items() if earlier is not None}
        lease.predecessor = self._current.get(lease.operation.server_id)
        self._current[lease.operation.server_id] = lease
        self._leases.add(lease)
        threading.Thread(
            target=self._carry_out,
            args=(lease,),
            name=f"operation-{lease.operation.id}",
            daemon=True,
        ).start()
        return True

    def _claim(self) -> Lease | None:
        if self._stopped.is_set() or not self._may_claim():
            return None
        since = time.monotonic()
        with self._db.write() as tx:
            operation = tx.operations.claim(self._host, self._owner, self._pace.lease)
        if operation is None:
            return None
        return Lease(operation, self._pace.lease, self._pace.operation_timeout, since)

    def _carry_out(self, lease: Lease) -> None:
        try:
            self._operations.carry_out(lease)
        finally:
            with lease.cutting:
                lease.ended.set()
            # _give_up gave the slot to another operation already.
            if self._leases.remove(lease):
                self._slots.release()
            if lease.is_lost:
                self._on_lost(lease.operation.server_id)
            self.wake()

    def _give_up(self, lease: Lease) -> None:
        """Settle an operation whose thread hangs."""
        operation = lease.operation
        LOG.error("The %s of server %s hangs", operation.action, operation.server_id)
        error = Error(
            f"The {operation.action} failed: the hypervisor did not answer in "
            f"{lease.timeout:g} seconds."
        )
        try:
            outcome = self._operations.settle(operation, error)
            LOG.info("The %s of server %s %s", operation.action, operation.server_id, outcome)
        except LeaseLost:
            LOG.info(
                "Another worker has the %s of server %s", operation.action, operation.server_id
            )
        lease.abandon()
        if self._leases.remove(lease):
            self._slots.release()
        self.wake()
