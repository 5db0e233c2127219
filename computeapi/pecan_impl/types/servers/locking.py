"""Actions that lock and unlock a server."""

from wsme.types import StringType

from computeapi.api import values
from computeapi.api.servers import changes
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.values import ANYTHING


class Lock(RequestType):
    """The parameters of a lock."""

    reason = RequestField(
        StringType(min_length=1, max_length=values.MAX_LENGTH), name="locked_reason", default=None
    )


class LockingActions(RequestType):
    """``lock`` and ``unlock``."""

    lock = RequestField(ANYTHING, span=changes.LOCK_WITHOUT_REASON, nullable=True)
    lock_with_reason = RequestField(Lock, name="lock", span=changes.LOCK_REASON, nullable=True)
    unlock = RequestField(ANYTHING, nullable=True)
