"""One operation from its claim to its end, as transactions."""

import logging

from computeapi.domain.errors import Error, LeaseLost, Superseded
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.servers import Server, TaskState, VmState
from computeapi.ports.database import Database, Transaction
from computeapi.virt.driver import DriverError
from computeapi.worker import faults, retries
from computeapi.worker.leases import Lease, Stopping
from computeapi.worker.servers import Change, Servers

LOG = logging.getLogger(__name__)

_ENDLESS = "It is tried again until it succeeds."


class Operations:
    """Carry out operations.

    :param host: this worker's host.
    :param max_attempts: how many workers in a row may die over an operation.
    :param retry_timeout: seconds for which an operation is tried again that may succeed later.
    """

    def __init__(
        self,
        db: Database,
        servers: Servers,
        host: str,
        max_attempts: int,
        retry_timeout: float = 600.0,
    ) -> None:
        self._db = db
        self._servers = servers
        self._host = host
        self._max_attempts = max_attempts
        self._retry_timeout = retry_timeout

    def carry_out(self, lease: Lease) -> None:
        """Carry out a claimed operation; what comes of it is in the database, nothing is raised.

        What the database did not take is left to the lease: when that ends, the operation is
        claimed again and finds most of its work done.
        """
        operation = lease.operation
        name = f"{operation.action} of server {operation.server_id} [{operation.request_id}]"
        LOG.info("Began the %s, attempt %s", name, operation.attempts)
        try:
            LOG.info("Ended the %s: %s", name, self._carry_out(lease))
        except LeaseLost:
            LOG.warning("Lost the %s to somebody else", name)
        except Exception:
            LOG.exception("Left the %s to be claimed again", name)

    def _carry_out(self, lease: Lease) -> str:
        operation = lease.operation
        try:
            server = self._open(operation)
            if server is None:
                return "nothing to do"
            return self._act(server, lease)
        except Superseded:
            message = "A delete of the server came before its end."
            with self._db.write() as tx:
                tx.operations.finish(operation, OperationState.CANCELLED, message)
            return "cancelled, as a delete waits"
        except Stopping:
            # Only those who died count among an operation's attempts.
            with self._db.write() as tx:
                tx.operations.hand_back(operation)
            return "left to the next worker"

    def _open(self, operation: Operation) -> Server | None:
        """Return the server, or None when the operation ended before it began.

        :raises Superseded: when a delete waits for the server.
        """
        with self._db.write() as tx:
            server = tx.servers.get(operation.server_id, lock=True)
            if server is None:
                message = "The server was deleted before."
                tx.operations.finish(operation, OperationState.CANCELLED, message)
                return None
            if tx.operations.is_superseded(operation):
                raise Superseded
            if operation.attempts > self._max_attempts and not retries.is_endless(operation):
                self._fail(tx, server, operation, self._exhausted(operation))
                return None
            if server.task_state == TaskState.SCHEDULING:
                server.task_state, server.updated_at = TaskState.SPAWNING, tx.now()
                tx.servers.save(server)
            return server

    def _exhausted(self, operation: Operation) -> Error:
        return Error(
            f"The {operation.action} was given up: {self._max_attempts} times a worker began it "
            "and did not come to its end."
        )

    def _act(self, server: Server, lease: Lease) -> str:
        operation = lease.operation
        try:
            lease.await_predecessor()
            change = self._servers.carry_out(operation, server, lease.checkpoint)
        except (LeaseLost, Superseded, Stopping):
            raise
        except Exception as error:
            if not isinstance(error, Error | DriverError):
                LOG.exception("The %s of server %s failed", operation.action, server.id)
            return self.settle(operation, error)
        with self._db.write() as tx:
            row = tx.servers.get(server.id, lock=True)
            tx.operations.finish(operation, OperationState.DONE)
            self._keep(tx, row, change)
        return "done"

    def settle(self, operation: Operation, error: Exception) -> str:
        """Record that an attempt failed: put the operation off when a later attempt may succeed.

        :returns: the outcome, for the log.
        :raises LeaseLost: when the operation is somebody else's by now.
        """
        with self._db.write() as tx:
            server = tx.servers.get(operation.server_id, lock=True)
            pause = retries.pause(operation, error, tx.now(), self._retry_timeout)
            if server is None or pause is None:
                self._fail(tx, server, operation, error)
                return f"failed: {error}"
            self._put_off(tx, server, operation, error, pause)
            return f"failed, once more in {pause:g} s: {error}"

    def _put_off(
        self,
        tx: Transaction,
        server: Server,
        operation: Operation,
        error: Exception,
        pause: float,
    ) -> None:
        endless = retries.is_endless(operation)
        fault = faults.of(operation, error, tx.now(), _ENDLESS if endless else "")
        tx.operations.put_off(operation, pause, fault.message)
        if endless:
            # Its task state stays: the delete is still under way.
            server.forget_secrets()
            server.vm_state, server.fault, server.updated_at = VmState.ERROR, fault, tx.now()
            tx.servers.save(server)

    def _fail(
        self, tx: Transaction, server: Server | None, operation: Operation, error: Exception
    ) -> None:
        """End an operation, and put its server into ERROR with a fault that says why."""
        tried = retries.failing_for(operation, tx.now())
        addition = f"The {operation.action} was tried for {tried:.0f} seconds." if tried else ""
        fault = faults.of(operation, error, tx.now(), addition)
        tx.operations.finish(operation, OperationState.FAILED, fault.message)
        self._keep(tx, server, lambda row, _now: row.fail(fault))

    @staticmethod
    def _keep(tx: Transaction, server: Server | None, change: Change) -> None:
        if server is None:
            return
        task = server.task_state
        now = tx.now()
        change(server, now)
        # What the API accepted meanwhile has its task state, and its turn next.
        if not server.deleted and tx.operations.unfinished(server.id):
            server.task_state = task
        server.updated_at = now
        tx.servers.save(server)
