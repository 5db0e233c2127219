"""The sentences in which a server's owner reads why an operation failed."""

import traceback
from datetime import datetime

from computeapi.domain.errors import Error
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Fault
from computeapi.virt.driver import DriverError, GuestNotFound

_MESSAGE_LENGTH = 255  # characters, as many as Nova shows of a fault's message
_DETAILS_LENGTH = 16384  # characters


def of(operation: Operation, error: Exception, now: datetime, addition: str = "") -> Fault:
    """Return the fault of a failed attempt.

    :param addition: a sentence to put behind the reason; a long reason is cut, this is not.
    """
    code = error.code if isinstance(error, Error) else 500
    message = _reason(operation, error)
    if addition:
        kept = message.rstrip(".")[: _MESSAGE_LENGTH - len(addition) - 2]
        message = f"{kept}. {addition}"
    details = "".join(traceback.format_exception(error))
    return Fault(code, message[:_MESSAGE_LENGTH], now, details[-_DETAILS_LENGTH:])


def _reason(operation: Operation, error: Exception) -> str:
    failed = f"The {operation.action} failed"
    if isinstance(error, GuestNotFound):
        return f"{failed}: the guest is gone from host {operation.host}."
    if isinstance(error, DriverError):
        return f"{failed}: {error}"
    if isinstance(error, Error):
        return error.message
    if isinstance(error, OSError):
        # Without the path: that is the host's own business.
        return f"{failed}: {error.strerror}."
    # The error's own text is in the details, which administrators read.
    return f"{failed} unexpectedly ({type(error).__name__})."
