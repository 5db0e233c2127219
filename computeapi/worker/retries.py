"""Whether an operation that failed is tried again, and when.

An operation rests as a queued row, so that a pause holds no thread and outlives the worker.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from computeapi.domain.errors import Unavailable
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.servers import actions
from computeapi.ports.database import Transaction
from computeapi.virt.driver import DriverUnavailable

_SHORTEST_PAUSE = 2.0  # seconds
_LONGEST_PAUSE = 60.0  # seconds; somebody waits for the server
_LONGEST_PAUSE_OF_DELETE = 300.0  # seconds


def is_endless(operation: Operation) -> bool:
    """Return whether an operation is tried again for as long as it takes."""
    action = actions.named(operation.action)
    return action is not None and action.is_endless


def is_repeated(operation: Operation) -> bool:
    """Return whether an operation is tried again after every error, behind those that wait."""
    action = actions.named(operation.action)
    return action is not None and action.is_repeated


def has_task(operation: Operation) -> bool:
    """Return whether an operation gives its server a task state."""
    action = actions.named(operation.action)
    return action is None or action.task is not None


def failing_for(operation: Operation, now: datetime) -> float:
    """Return for how many seconds an operation's attempts have failed."""
    since = operation.failing_since
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def pause(operation: Operation, error: Exception, now: datetime, timeout: float) -> float | None:
    """Return the seconds until an operation is tried again, or None when it has failed for good.

    A pause is as long as the attempts have failed so far: pauses double.

    :param error: why its attempt failed.
    :param timeout: seconds for which an operation that has an end is tried again.
    """
    failing = failing_for(operation, now)
    if is_endless(operation):
        longest = _LONGEST_PAUSE_OF_DELETE
    elif (is_repeated(operation) or _may_pass(error)) and failing < timeout:
        # The last attempt is made when the time is up.
        longest = min(_LONGEST_PAUSE, timeout - failing)
    else:
        return None
    return min(max(failing, _SHORTEST_PAUSE), longest)


def put_off(tx: Transaction, operation: Operation, pause: float, reason: str) -> None:
    """Queue an operation again, to be claimed after a pause.

    One that is repeated after every error lets those go first that wait for its end: its place is
    taken by another one behind them.

    :param pause: seconds. :param reason: why its attempt failed.
    """
    unfinished = tx.operations.unfinished(operation.server_id)
    if not (is_repeated(operation) and len(unfinished) > 1):
        tx.operations.put_off(operation, pause, reason)
        return
    now = tx.now()
    tx.operations.finish(operation, OperationState.FAILED, reason)
    again = replace(operation, id=None, state=OperationState.QUEUED, message=reason, attempts=0)
    again.lease_owner = again.lease_until = None
    again.not_before = now + timedelta(seconds=pause)
    again.failing_since = operation.failing_since or now
    tx.operations.add(again)


def _may_pass(error: Exception) -> bool:
    return isinstance(error, Unavailable | DriverUnavailable)
