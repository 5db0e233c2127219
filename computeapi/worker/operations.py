"""One operation from its claim to its end, as transactions."""

import logging
import traceback
from datetime import datetime
from functools import partial

from computeapi.domain.errors import Error, LeaseLost, Superseded
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.servers import Fault, Server, TaskState
from computeapi.ports.database import Database, Transaction
from computeapi.virt.driver import DriverError, GuestNotFound
from computeapi.worker.leases import Lease, Stopping
from computeapi.worker.servers import Change, Servers

LOG = logging.getLogger(__name__)

_MESSAGE_LENGTH = 255  # characters, as many as Nova shows of a fault's message
_DETAILS_LENGTH = 16384  # characters
_RETRY_DELAY = 1.0  # seconds before a failed delete is tried again; doubles with each attempt
_RETRY_DELAY_MOST = 30.0


class Operations:
    """Carry out operations.

    :param host: this worker's host.
    :param max_attempts: how often an operation is claimed before it is given up.
    """

    def __init__(self, db: Database, servers: Servers, host: str, max_attempts: int) -> None:
        self._db = db
        self._servers = servers
        self._host = host
        self._max_attempts = max_attempts

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
            if operation.attempts > self._max_attempts:
                self._fail(tx, server, operation, self._exhausted(operation))
                return None
            if server.task_state == TaskState.SCHEDULING:
                server.task_state, server.updated_at = TaskState.SPAWNING, tx.now()
                tx.servers.save(server)
            return server

    def _exhausted(self, operation: Operation) -> Error:
        return Error(
            f"The {operation.action} was given up: {self._max_attempts} times the worker of "
            f"host {self._host} began it and did not come to its end."
        )

    def _act(self, server: Server, lease: Lease) -> str:
        operation = lease.operation
        try:
            lease.await_predecessor()
            change = self._servers.carry_out(operation, server, lease.checkpoint)
        except (LeaseLost, Superseded, Stopping):
            raise
        except Exception as error:
            if operation.action == "delete" and operation.attempts < self._max_attempts:
                return self._put_off(operation, error)
            if not isinstance(error, Error | DriverError):
                LOG.exception("The %s of server %s failed", operation.action, server.id)
            self.fail(operation, error)
            return f"failed: {error}"
        with self._db.write() as tx:
            row = tx.servers.get(server.id, lock=True)
            tx.operations.finish(operation, OperationState.DONE)
            self._keep(tx, row, change)
        return "done"

    def _put_off(self, operation: Operation, error: Exception) -> str:
        """Let a delete be claimed again after a while: it is not given up at the first failure."""
        delay = min(_RETRY_DELAY * 2**operation.attempts, _RETRY_DELAY_MOST)
        with self._db.write() as tx:
            if not tx.operations.renew(operation, delay):
                raise LeaseLost
        return f"failed, once more in {delay:g} s: {error}"

    def fail(self, operation: Operation, error: Exception) -> None:
        """End an operation, and put its server into ERROR with a fault that says why.

        :raises LeaseLost: when the operation is somebody else's by now.
        """
        with self._db.write() as tx:
            server = tx.servers.get(operation.server_id, lock=True)
            self._fail(tx, server, operation, error)

    def _fail(
        self, tx: Transaction, server: Server | None, operation: Operation, error: Exception
    ) -> None:
        fault = self._fault(operation, error, tx.now())
        tx.operations.finish(operation, OperationState.FAILED, fault.message)
        self._keep(tx, server, partial(_failed, fault))

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

    def _fault(self, operation: Operation, error: Exception, now: datetime) -> Fault:
        code = error.code if isinstance(error, Error) else 500
        if isinstance(error, GuestNotFound):
            message = f"The {operation.action} failed: the guest is gone from host {self._host}."
        elif isinstance(error, DriverError):
            message = f"The {operation.action} failed: {error}"
        elif isinstance(error, Error):
            message = error.message
        elif isinstance(error, OSError):
            # Without the path: that is the host's own business.
            message = f"The {operation.action} failed: {error.strerror}."
        else:
            # Its own text is for those who read the details.
            message = f"The {operation.action} failed unexpectedly ({type(error).__name__})."
        details = "".join(traceback.format_exception(error))
        return Fault(code, message[:_MESSAGE_LENGTH], now, details[-_DETAILS_LENGTH:])


def _failed(fault: Fault, server: Server, _now: datetime) -> None:
    server.fail(fault)
