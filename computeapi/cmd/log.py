"""The log: oslo.log's, with entries that callers can neither forge nor break."""

import copy
import logging
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any

from oslo_config import cfg
from oslo_log import formatters, log

from computeapi.domain import log_context

LOG = logging.getLogger(__name__)

_CAUSE = "The above exception was the direct cause of the following exception:"
_CONTEXT = "During handling of the above exception, another exception occurred:"
#: An entry begins at the margin; the further lines of an entry, those of a traceback, do not.
_INDENT = "  "
#: Attributes of an entry that are oslo.log's own or escaped already.
_SAFE = frozenset(("color", "exc_text", "stack_info"))


def escape(text: str) -> str:
    """Return a text on one line, of printable characters only.

    Callers choose paths, names and headers. Line ends, terminal controls, direction marks and
    surrogates become escape sequences, so that a caller can neither begin an entry nor change
    how a terminal shows one, and every encoding of the log can hold it.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


class Formatter(formatters.ContextFormatter):
    """Writes an entry on one line, and the traceback of an exception on lines below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of an entry."""
        record = copy.copy(record)  # other handlers format it as well
        if record.exc_text and not record.exc_info:
            record.exc_text = _below(map(escape, record.exc_text.split("\n")))
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the first line; the configured format itself may hold escape sequences."""
        for name, value in record.__dict__.items():
            if isinstance(value, str) and name not in _SAFE:
                record.__dict__[name] = escape(value)
        return super().formatMessage(record)

    def formatException(self, ei: Any, *, record: logging.LogRecord | None = None) -> str:
        """Return a traceback: frames as Python writes them, the exceptions' messages escaped."""
        kind, error, trace = ei
        if kind is None or error is None:
            return ""
        return _below(_exception_lines(traceback.TracebackException(kind, error, trace)))

    def formatStack(self, stack_info: str) -> str:
        """Return the lines of a stack."""
        return _below(map(escape, stack_info.split("\n")))


def _below(lines: Iterable[str]) -> str:
    return "\n".join(_INDENT + line for line in lines)


class _AddContext(logging.Filter):
    """Adds the request and the server to entries, in the attributes that oslo.log looks for."""

    def filter(self, record: logging.LogRecord) -> bool:
        context = log_context.current()
        # Else oslo.log would take oslo.context's, which green threads share.
        record.context = {}
        if context is not None:
            record.instance_uuid = context.server_id
            record.context = {
                "request_id": context.request_id,
                "global_request_id": context.global_request_id or "",
                "resource_uuid": context.server_id,
                "user": context.user_id,
                "project": context.project_id,
            }
        return True


def _exception_lines(error: traceback.TracebackException) -> Iterator[str]:
    if error.__cause__:
        yield from (*_exception_lines(error.__cause__), "", _CAUSE, "")
    elif error.__context__ and not error.__suppress_context__:
        yield from (*_exception_lines(error.__context__), "", _CONTEXT, "")
    if error.stack:
        yield "Traceback (most recent call last):"
        for frame in error.stack.format():
            yield from map(escape, frame.rstrip("\n").split("\n"))
    yield escape("".join(error.format_exception_only()).rstrip("\n"))
    for part in error.exceptions or ():
        yield from (_INDENT + line for line in _exception_lines(part))


def setup(conf: cfg.ConfigOpts) -> None:
    """Log as oslo.log's options say, to standard error unless they name another destination.

    Uncaught exceptions are logged as well.

    :raises OSError: when ``log_file`` cannot be opened.
    """
    conf.set_default("use_stderr", not (conf.log_file or conf.use_journal))
    # The locks of logging stay Python's: eventlet makes those green that it finds.
    log.setup(conf, "computeapi", fix_eventlet=False)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_AddContext())
        if isinstance(handler.formatter, formatters.ContextFormatter):
            handler.setFormatter(Formatter(datefmt=conf.log_date_format, config=conf))
        if isinstance(handler, logging.FileHandler) and handler.stream is not None:
            handler.encoding = "utf-8"  # whatever the locale; this is for a rotated file
            handler.stream.reconfigure(encoding=handler.encoding)
    logging.captureWarnings(True)
    # Python's own hooks would write the messages of exceptions to standard error as they are.
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(*args[:3])
    sys.unraisablehook = lambda args: _log_uncaught(
        args.exc_type, args.exc_value, args.exc_traceback
    )


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    LOG.critical("Uncaught exception", exc_info=(kind, error, trace))
