"""Engines: how this service speaks to each kind of database."""

import os
import select
import sqlite3
from types import BuiltinFunctionType
from typing import Any
from urllib.parse import quote

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.pool import NullPool

from computeapi.db.patterns import regexp

#: Seconds to wait for a lock, a connection or a free place in the pool.
PATIENCE = 30.0

_POSTGRESQL_SETTINGS = (
    f"SET lock_timeout = '{PATIENCE:.0f}s';"
    # A client whose machine died inside a transaction must not hold its locks for hours.
    "SET idle_in_transaction_session_timeout = '60s'"
)
_SQLITE_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    # In WAL mode NORMAL may lose the last commits with the power; a 202 must not get lost.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # 16 MiB of pages, instead of 2.
    "PRAGMA cache_size = -16384",
    # From here on nobody waits inside SQLite, which would stop all green threads of the
    # process and with them the one that holds the lock: Session waits instead.
    "PRAGMA busy_timeout = 0",
)


def create(connection: str) -> Engine:
    """Make an engine whose connections have no transaction but those begun by statement.

    It keeps no connections; :class:`computeapi.db.connections.Connections` does.

    :param connection: a SQLAlchemy URL.
    """
    url = _url(connection)
    options: dict[str, Any] = {}
    backend = url.get_backend_name()
    if backend == "sqlite":
        options["connect_args"] = {"timeout": PATIENCE, "check_same_thread": False}
    elif backend == "postgresql":
        _keep_green()
        options["connect_args"] = {"connect_timeout": 10}
        options["use_native_hstore"] = False  # it would cost a query for every connection
    engine = sa.create_engine(
        url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        hide_parameters=True,  # they hold passwords, and errors are logged
        **options,
    )
    if backend == "sqlite":
        sa.event.listen(engine, "connect", _set_up_sqlite)
    elif backend == "postgresql":
        sa.event.listen(engine, "connect", _set_up_postgresql)
    return engine


def _url(connection: str) -> URL:
    url = make_url(connection)
    if url.drivername == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    return _existing_file(url) if url.get_backend_name() == "sqlite" else url


def _existing_file(url: URL) -> URL:
    """Have SQLite open the file, but not make an empty one that everybody may read."""
    if url.database in (None, "", ":memory:"):
        raise ValueError("The database must be a file: processes and threads share it")
    if url.database.startswith("file:"):
        return url
    options = {**url.query, "mode": "rw", "uri": "true"}
    return url.set(database=f"file:{quote(url.database)}", query=options)


def _keep_green() -> None:
    """Make psycopg wait in a way that lets green threads run, where there are any.

    It knows gevent only. Elsewhere it waits in C, which would stop all of a process's green
    threads, and with them the one whose lock it waits for.
    """
    is_patched = not isinstance(select.select, BuiltinFunctionType)
    if is_patched:
        os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_select")


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    for statement in _SQLITE_SETTINGS:
        connection.execute(statement).close()
    connection.create_function("regexp", 2, regexp, deterministic=True)


def _set_up_postgresql(connection: Any, _record: object) -> None:
    connection.execute(_POSTGRESQL_SETTINGS)
