"""The request and the server that the log entries of the current thread belong to.

A context variable, not a thread's local: each green thread has its own as well, wherever eventlet
changed the standard library.
"""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class LogContext:
    """The ids that each log entry shows.

    :ivar request_id: of the request that is served, or that asked for the operation.
    :ivar global_request_id: the id that the caller gave the request.
    :ivar server_id: of the server that it acts on.
    :ivar user_id: and ``project_id``: of the caller.
    """

    request_id: str
    global_request_id: str | None = None
    server_id: str | None = None
    user_id: str | None = None
    project_id: str | None = None


_current: ContextVar[LogContext | None] = ContextVar("log_context", default=None)


def current() -> LogContext | None:
    """Return the context of this thread, or None outside of requests and operations."""
    return _current.get()


class use:
    """Shows ``context`` in the entries that this thread logs meanwhile.

    A class, as every request has one, and ``@contextmanager`` takes three times as long.
    """

    __slots__ = ("_context", "_token")

    def __init__(self, context: LogContext) -> None:
        self._context = context

    def __enter__(self) -> None:
        self._token = _current.set(self._context)

    def __exit__(self, *_error: object) -> None:
        _current.reset(self._token)


def identify(user_id: str | None, project_id: str | None) -> None:
    """Add the caller to the current context, if there is one."""
    context = _current.get()
    if context is not None:
        context.user_id, context.project_id = user_id, project_id
