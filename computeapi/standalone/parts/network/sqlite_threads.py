"""Lets the threads of Neutron share one SQLite file.

Its OVN driver writes from threads of its own while a request is served, and both open sessions
inside sessions. So a transaction cannot take the write lock as it begins (as those of Keystone and
Glance do, see :mod:`computeapi.standalone.sqlite`): the thread would wait for itself. In SQLite's
WAL mode readers do not wait for the writer, and a transaction that finds the file locked fails as
one that lost a deadlock of another database: Neutron runs those again.

To be imported before Neutron.
"""

import sqlite3
from typing import Any

import sqlalchemy
from oslo_db import exception
from oslo_db.sqlalchemy import exc_filters
from sqlalchemy import event
from sqlalchemy.engine import Engine

#: Milliseconds that a statement waits for the lock before the transaction is run again.
BUSY_TIMEOUT = 2000


@exc_filters.filters("sqlite", sqlalchemy.exc.OperationalError, r".*database is locked.*")
def _locked(error: Any, match: Any, engine_name: str, is_disconnect: bool) -> None:
    raise exception.DBDeadlock(error)


@event.listens_for(Engine, "connect")
def _connect(connection: sqlite3.Connection, record: Any) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", f"busy_timeout = {BUSY_TIMEOUT}"):
        connection.execute(f"PRAGMA {pragma}")
