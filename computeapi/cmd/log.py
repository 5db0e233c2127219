"""The log: its destination, and the form of its entries."""

import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from oslo_config import cfg

LOG = logging.getLogger(__name__)

_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"
_CAUSE = "The above exception was the direct cause of the following exception:"
_CONTEXT = "During handling of the above exception, another exception occurred:"
#: An entry begins at the margin; the further lines of an entry, those of a traceback, do not.
_INDENT = "  "


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


class Formatter(logging.Formatter):
    """Writes an entry on one line, and the traceback of an exception on lines below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of an entry."""
        record.message = escape(record.getMessage())
        record.asctime = self.formatTime(record)
        lines = [self.formatMessage(record)]
        if record.exc_info and record.exc_info[0]:
            lines += self.formatException(record.exc_info).split("\n")
        elif record.exc_text:
            lines += map(escape, record.exc_text.split("\n"))
        if record.stack_info:
            lines += map(escape, record.stack_info.split("\n"))
        return f"\n{_INDENT}".join(lines)

    def formatException(self, ei: Any) -> str:
        """Return a traceback: frames as Python writes them, the exceptions' messages escaped."""
        kind, error, trace = ei
        if kind is None or error is None:
            return ""
        return "\n".join(_exception_lines(traceback.TracebackException(kind, error, trace)))


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
    """Log to ``[DEFAULT] log_file``, or to standard error; log uncaught exceptions as well.

    :raises OSError: when the file cannot be opened.
    """
    handler = (
        logging.FileHandler(conf.log_file, encoding="utf-8")
        if conf.log_file
        else logging.StreamHandler(sys.stderr)
    )
    handler.setFormatter(Formatter(_FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if conf.debug else logging.INFO)
    # At INFO it tells of every request to Keystone, at DEBUG it tells tokens.
    logging.getLogger("keystoneauth").setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    # It writes a traceback for each rule that does not parse; policies.files names the rule.
    logging.getLogger("oslo_policy._parser").setLevel(logging.CRITICAL)
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
