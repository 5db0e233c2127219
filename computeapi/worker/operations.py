"""One operation from its claim to its end, as transactions."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from computeapi.domain import log_context
from computeapi.domain.errors import Error, LeaseLost, Superseded
from computeapi.domain.log_context import LogContext
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.servers import Fault, Server, VmState, actions
from computeapi.domain.servers.stages import Outcome
from computeapi.domain.servers.states import BEGUN
from computeapi.ports.database import Database, Transaction
from computeapi.virt.driver import DriverError
from computeapi.worker import faults, retries, stages
from computeapi.worker.leases import Lease, Stopping
from computeapi.worker.power_cuts import PowerCuts
from computeapi.worker.servers import Change
from computeapi.worker.servers.steps import StepRunner

LOG = logging.getLogger(__name__)

_ENDLESS = "It is tried again until it succeeds."


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how often an operation is tried.

    :ivar max_attempts: how many workers in a row may die over it.
    :ivar retry_timeout: seconds for which it is tried again when it may succeed later.
    :ivar host_down_after: seconds without a sign of life after which a host counts as down.
    """

    max_attempts: int = 3
    retry_timeout: float = 600.0
    host_down_after: float = 60.0


class Operations:
    """Carry out operations.

    :param host: this worker's host.
    :param limits: how long and how often it is tried.
    :param cast: wakes the worker of another host.
    :param cut_power: see :class:`PowerCuts`.
    :ivar power_cuts: for operations that hang.
    """

    def __init__(
        self,
        db: Database,
        servers: StepRunner,
        host: str,
        limits: Limits,
        cast: Callable[[str], None],
        cut_power: Callable[[str], None] | None = None,
    ) -> None:
        self._db = db
        self._servers = servers
        self._host = host
        self._limits = limits
        self._cast = cast
        self.power_cuts = PowerCuts(cut_power)

    def carry_out(self, lease: Lease) -> None:
        """Carry out a claimed operation; its outcome is in the database, nothing is raised.

        What the database did not take is left to the lease: when that ends, the operation is
        claimed again and finds most of its work done.
        """
        operation = lease.operation
        context = LogContext(
            operation.request_id,
            server_id=operation.server_id,
            user_id=operation.user_id,
            project_id=operation.project_id,
        )
        name = f"{operation.action} of server {operation.server_id}"
        with log_context.use(context):
            LOG.info("Began the %s, attempt %s", name, operation.attempts)
            try:
                LOG.info("Ended the %s: %s", name, self._carry_out(lease))
            except LeaseLost:
                LOG.warning("Lost the %s to another worker", name)
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
        """Return the server, or None when the operation ended, or left for another host, before it
        began.

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
            if operation.attempts > self._limits.max_attempts and not retries.is_endless(operation):
                self._fail(tx, server, operation, self._exhausted(operation))
                return None
            host = stages.elsewhere(operation, server)
            if host is not None:
                tx.operations.advance(operation, operation.stage, host)
            elif server.task_state in BEGUN and retries.has_task(operation):
                server.task_state, server.updated_at = BEGUN[server.task_state], tx.now()
                tx.servers.save(server)
        if host is None:
            return server
        self._cast(host)
        return None

    def _exhausted(self, operation: Operation) -> Error:
        return Error(
            f"The {operation.action} was given up: {self._limits.max_attempts} times a worker "
            "began it and did not come to its end."
        )

    def _act(self, server: Server, lease: Lease) -> str:
        operation = lease.operation
        try:
            lease.await_predecessor(self.power_cuts.of(operation))
            change = self._servers.carry_out(operation, server, lease.checkpoint)
        except (LeaseLost, Superseded, Stopping):
            raise
        except Exception as error:
            if not isinstance(error, Error | DriverError):
                LOG.exception("The %s of server %s failed", operation.action, server.id)
            if lease.superseded:
                # The power may have been cut for the delete.
                raise Superseded from error
            return self.settle(operation, error)
        return self._end_stage(operation, change)

    def _end_stage(self, operation: Operation, change: Change) -> str:
        """Keep the result of a stage, and go on to the next one or end the operation."""
        with self._db.write() as tx:
            row = tx.servers.get(operation.server_id, lock=True)
            following = stages.after(tx, operation, self._host, self._limits.host_down_after)
            if following is not None and self._aborts(tx, operation):
                return self._abort(tx, row, operation)
            if following is None:
                self._finish(tx, row, operation, change)
                return "undone" if operation.failure else "done"
            stage, host = following
            tx.operations.advance(operation, stage, host)
            if stage != operation.stage:
                self._keep(tx, row, operation, change)
        self._wake(host)
        return f"ended its stage {operation.stage}, {stage} is next, on host {host}"

    @staticmethod
    def _aborts(tx: Transaction, operation: Operation) -> bool:
        """Return whether a caller asked to end an operation that is not being undone yet."""
        return operation.failure is None and tx.migrations.is_aborted(operation)

    def _abort(self, tx: Transaction, server: Server | None, operation: Operation) -> str:
        host = self._fail(tx, server, operation, Error("The migration was aborted."))
        self._cast(host)
        return "aborted"

    def _finish(
        self, tx: Transaction, server: Server | None, operation: Operation, change: Change
    ) -> None:
        """End an operation, after its last stage or after the stages that undo it."""
        if operation.failure is None:
            tx.operations.finish(operation, OperationState.DONE)
            self._keep(tx, server, operation, change)
            return
        tx.operations.finish(operation, OperationState.FAILED, operation.failure)
        changes = [change]
        action = actions.named(operation.action)
        if action is None or action.when_failed != Outcome.UNDONE:
            # An operation that an earlier version began to undo has its message alone.
            fault = operation.fault or Fault(500, operation.failure, tx.now())
            changes.append(self._outcome(operation, fault))
        self._keep(tx, server, operation, *changes)

    def _wake(self, host: str) -> None:
        # This worker looks for work as soon as it has ended an operation.
        if host != self._host:
            self._cast(host)

    def settle(self, operation: Operation, error: Exception) -> str:
        """Record that an attempt failed: put the operation off when a later attempt may succeed.

        :returns: the outcome, for the log.
        :raises LeaseLost: when another worker has the operation by now.
        """
        with self._db.write() as tx:
            server = tx.servers.get(operation.server_id, lock=True)
            pause = retries.pause(operation, error, tx.now(), self._limits.retry_timeout)
            if server is not None and pause is not None:
                self._put_off(tx, server, operation, error, pause)
                return f"failed, once more in {pause:g} s: {error}"
            host = self._fail(tx, server, operation, error)
        self._wake(host)
        return f"failed: {error}"

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
        retries.put_off(tx, operation, pause, fault.message)
        if endless:
            # Its task state stays: the delete is still under way.
            server.forget_secrets()
            server.updated_at = tx.now()
            if operation.action == actions.DELETE.name:
                server.vm_state, server.fault = VmState.ERROR, fault
            tx.servers.save(server)

    def _fail(
        self, tx: Transaction, server: Server | None, operation: Operation, error: Exception
    ) -> str:
        """End an operation, or go on to the stages that undo it; return the host to wake."""
        tried = retries.failing_for(operation, tx.now())
        addition = f"The {operation.action} was tried for {tried:.0f} seconds." if tried else ""
        fault = faults.of(operation, error, tx.now(), addition)
        action = actions.named(operation.action)
        undo = stages.undo(tx, operation, action, self._limits.host_down_after)
        if undo is not None:
            tx.operations.advance(operation, *undo, fault=fault)
            return undo[1]
        tx.operations.finish(operation, OperationState.FAILED, operation.failure or fault.message)
        # What could not even be undone is in no state that a caller could go on from.
        broken = operation.failure is not None
        failed = partial(_failed, fault) if broken else self._outcome(operation, fault)
        self._keep(tx, server, operation, failed)
        return self._host

    @staticmethod
    def _outcome(operation: Operation, fault: Fault) -> Change:
        """Return the state that the server of an operation gets that failed for good."""
        action = actions.named(operation.action)
        before = operation.vm_state_before
        if action is not None and action.when_failed == Outcome.KEPT:
            return lambda server, _now: None
        if action is not None and action.when_failed == Outcome.UNCHANGED and before is not None:
            return lambda server, _now: server.settle(before)
        return partial(_failed, fault)

    @staticmethod
    def _keep(
        tx: Transaction, server: Server | None, operation: Operation, *changes: Change
    ) -> None:
        if server is None:
            return
        task, claims = server.task_state, server.claims
        now = tx.now()
        for change in changes:
            change(server, now)
        if server.claims != claims:
            tx.claims.keep(server.id, server.claims)
        # An operation that the API accepted meanwhile has set its task state, and runs next.
        others = [o for o in tx.operations.unfinished(server.id) if o.id != operation.id]
        if not server.deleted and any(retries.has_task(other) for other in others):
            server.task_state = task
        server.updated_at = now
        tx.servers.save(server)


def _failed(fault: Fault, server: Server, _now: datetime) -> None:
    server.fail(fault)
