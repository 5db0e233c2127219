"""The meaning of a database's errors to a caller."""

import logging
import sqlite3

from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from computeapi.domain.errors import Invalid, Unavailable

LOG = logging.getLogger(__name__)

#: What a driver refuses before the database sees it: a lone surrogate, a number too long.
UNREPRESENTABLE = (UnicodeEncodeError, OverflowError)

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_BROKEN = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
    }
)
_INVALID_REGULAR_EXPRESSION = "2201B"


def is_busy(error: BaseException) -> bool:
    """Return whether SQLite refused because another process holds the lock."""
    return _sqlite_code(error) in _BUSY


def is_lost(error: BaseException) -> bool:
    """Return whether the connection is gone, and a new one may do."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def is_silence(error: BaseException) -> bool:
    """Return whether the connection was given up because the server said nothing."""
    return getattr(getattr(error, "orig", None), "is_silence", False)


def translated(error: Exception) -> Exception:
    """Return the error to raise instead, or the same one when it is a mistake of ours."""
    if _is_regular_expression(error):
        return Invalid("The regular expression of a filter is invalid.")
    if isinstance(error, (DataError, *UNREPRESENTABLE)):
        return Invalid("The request holds a value that the database cannot keep.")
    if isinstance(error, PoolTimeoutError):
        LOG.error("All connections to the database are in use: %s", error)
        return Unavailable("Too many requests use the database.")
    if _is_unavailable(error):
        LOG.error("The database does not answer: %s", getattr(error, "orig", error))
        return Unavailable("The database does not answer.")
    return error


def _is_regular_expression(error: BaseException) -> bool:
    code = getattr(getattr(error, "orig", None), "sqlstate", None)
    return code == _INVALID_REGULAR_EXPRESSION


def _is_unavailable(error: BaseException) -> bool:
    if is_lost(error):
        return True
    if not isinstance(error, (InterfaceError, OperationalError)):
        return False
    # SQLite calls a misspelt table operational, too.
    return not isinstance(error.orig, sqlite3.Error) or _sqlite_code(error) in _BUSY | _BROKEN


def _sqlite_code(error: BaseException) -> int | None:
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    # The low byte is the primary code (sqlite.org/rescode.html, section 3).
    return None if code is None else code & 0xFF
