"""Lets the threads of Neutron share one SQLite file.

Its OVN driver writes from threads of its own while a request is served, and both open sessions
inside sessions. A transaction cannot take the write lock as it begins (as those of Keystone and
Glance do, see :mod:`computeapi.standalone.sqlite`): the thread would wait for itself. Nor can it
read before it takes the lock: SQLite refuses it the lock at once when another one wrote in between
(SQLITE_BUSY_SNAPSHOT), and not all of Neutron's callbacks pass that on to where it is tried again.

So a transaction begins with its first writing statement, which waits for the lock; what it read
before was read as with the isolation level READ COMMITTED. In SQLite's WAL mode readers do not wait
for the writer. A statement that waits too long fails as one that lost a deadlock of another
database: Neutron runs its transaction again.

To be imported before Neutron.
"""

import re
import sqlite3
from typing import Any

import sqlalchemy
from oslo_db import exception
from oslo_db.sqlalchemy import exc_filters
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

#: Milliseconds that a statement waits for the lock before the transaction is run again.
BUSY_TIMEOUT = 10_000
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|SAVEPOINT|CREATE|ALTER|DROP)\b", re.I)


@exc_filters.filters("sqlite", sqlalchemy.exc.OperationalError, r".*database is locked.*")
def _locked(error: Any, match: Any, engine_name: str, is_disconnect: bool) -> None:
    raise exception.DBDeadlock(error)


@event.listens_for(Engine, "connect")
def _connect(connection: sqlite3.Connection, record: Any) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", f"busy_timeout = {BUSY_TIMEOUT}"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "before_cursor_execute", retval=True)
def _begin_to_write(
    connection: Connection,
    cursor: sqlite3.Cursor,
    statement: str,
    parameters: Any,
    context: Any,
    many: bool,
) -> tuple[str, Any]:
    """Begin a transaction before its first writing statement, and not when oslo.db says BEGIN."""
    if statement == "BEGIN":
        return "SELECT 1", parameters
    if _WRITES.match(statement) and not cursor.connection.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    return statement, parameters
