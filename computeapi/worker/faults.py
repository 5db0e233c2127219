"""The sentences in which a server's owner reads why an operation failed.

The owner is a user of the cloud: no path, program, host name, class or text of the hypervisor's
may be in them. Those are in the details, which administrators read.
"""

import os
import traceback
from datetime import datetime

from computeapi.domain.errors import Error
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Fault
from computeapi.virt.driver import DriverError

_MESSAGE_LENGTH = 255  # characters, as many as Nova shows of a fault's message
_DETAILS_LENGTH = 16384  # characters


def of(operation: Operation, error: Exception, now: datetime, addition: str = "") -> Fault:
    """Return the fault of a failed attempt.

    :param addition: a sentence to put behind the reason; a long reason is cut, this is not.
    """
    code = error.code if isinstance(error, Error) else 500
    message = error.message if isinstance(error, Error) else _sentence(operation, error)
    if addition:
        kept = message.rstrip(".")[: _MESSAGE_LENGTH - len(addition) - 2]
        message = f"{kept}. {addition}"
    # As in Nova, a fault that is not the service's own has none.
    details = "".join(traceback.format_exception(error)) if code >= 500 else ""
    return Fault(code, message[:_MESSAGE_LENGTH], now, details[-_DETAILS_LENGTH:])


def _sentence(operation: Operation, error: Exception) -> str:
    reason = _reason(error)
    return f"The {operation.action} failed" + (f": {reason}." if reason else " unexpectedly.")


def _reason(error: BaseException) -> str | None:
    """Return a clause without anything of the host's own, or None when there is none."""
    if isinstance(error, OSError) and error.errno:
        # The number's own text: an error's text may name files.
        return os.strerror(error.errno)
    if isinstance(error, DriverError):
        is_general = error.reason == DriverError.reason
        cause = _reason(error.__cause__) if is_general and error.__cause__ else None
        return cause or error.reason
    return None
