"""Whether an operation that failed is tried again, and when.

An operation rests as a queued row, so that a pause holds no thread and outlives the worker.
"""

from datetime import datetime

from computeapi.domain.errors import Unavailable
from computeapi.domain.operations import Operation
from computeapi.domain.servers import actions
from computeapi.virt.driver import DriverUnavailable

_SHORTEST_PAUSE = 2.0  # seconds
_LONGEST_PAUSE = 60.0  # seconds; somebody waits for the server
_LONGEST_PAUSE_OF_DELETE = 300.0  # seconds


def is_endless(operation: Operation) -> bool:
    """Return whether an operation is tried again for as long as it takes."""
    action = actions.named(operation.action)
    return action is not None and action.is_endless


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
    elif isinstance(error, Unavailable | DriverUnavailable) and failing < timeout:
        # The last attempt is made when the time is up.
        longest = min(_LONGEST_PAUSE, timeout - failing)
    else:
        return None
    return min(max(failing, _SHORTEST_PAUSE), longest)
