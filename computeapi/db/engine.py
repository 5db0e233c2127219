"""Engines: how this service speaks to each kind of database.

All connections are in autocommit mode, so that a read is one statement and nothing else. A writer
begins its transaction itself: see :func:`writer`.
"""

import os
import select
import sqlite3
import weakref
from dataclasses import dataclass
from types import BuiltinFunctionType
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.pool import NullPool, Pool, QueuePool

from computeapi.db import json_texts
from computeapi.db.patterns import regexp

#: Seconds after the database's own limit until a connection without an answer is given up.
_GRACE = 1.0
#: Seconds after which PostgreSQL ends a transaction whose client does nothing: one whose machine
#: died must not hold its locks for hours.
_IDLE_IN_TRANSACTION = 60
_SQLITE_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    # In WAL mode NORMAL may lose the last commits with the power; a 202 must not get lost.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # 16 MiB of pages, instead of 2.
    "PRAGMA cache_size = -16384",
    # SQLite's own waiting would stop all green threads of the process, and with them the one
    # that holds the lock: Session waits instead.
    "PRAGMA busy_timeout = 0",
)
_BEGIN = {
    # A writer says so at once: SQLite cannot make a writer of a reader that is late.
    "sqlite": "BEGIN IMMEDIATE",
    # What is counted under a lock must be what the one before has committed.
    "postgresql": "BEGIN ISOLATION LEVEL READ COMMITTED",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How many connections a process has, and how long it waits.

    :ivar pool_size: connections that a process keeps open.
    :ivar max_overflow: connections beyond these while they are needed.
    :ivar pool_timeout: seconds to wait for one of them to be free.
    :ivar connect_timeout: seconds to wait for a new connection.
    :ivar statement_timeout: seconds that a statement may take, waiting for locks included.
    """

    pool_size: int = 15
    max_overflow: int = 0
    pool_timeout: float = 10.0
    connect_timeout: int = 5
    statement_timeout: float = 15.0


def create(connection: str) -> Engine:
    """Make an engine that keeps no connection, and lets a statement take its time.

    :param connection: a SQLAlchemy URL.
    """
    return _create(connection, None, poolclass=NullPool)


def pooled(connection: str, limits: Limits) -> Engine:
    """Make an engine with a pool. Threads, green threads and forked processes may share it.

    :param connection: a SQLAlchemy URL.
    """
    engine = _create(
        connection,
        limits,
        poolclass=QueuePool,
        pool_size=limits.pool_size,
        max_overflow=limits.max_overflow,
        pool_timeout=limits.pool_timeout,
        pool_use_lifo=True,  # a connection used lately has its statements prepared
        pool_reset_on_return=None,  # a transaction has ended by then, or its connection is closed
    )
    _POOLED.add(engine)
    return engine


def writer(engine: Engine) -> Engine:
    """Return an engine of the same pool, whose transactions write."""
    begin = _BEGIN.get(engine.dialect.name, "BEGIN")
    return engine.execution_options(begin_statement=begin)


def _create(connection: str, limits: Limits | None, **pool: Any) -> Engine:
    url = _url(connection)
    backend = url.get_backend_name()
    options: dict[str, Any] = {}
    if backend == "sqlite":
        options["connect_args"] = {"check_same_thread": False}
    elif backend == "postgresql":
        _keep_green()
        timeout = (limits or Limits()).connect_timeout
        options["connect_args"] = {"connect_timeout": timeout}
        options["use_native_hstore"] = False  # it would cost a query for every connection
    engine = sa.create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        json_serializer=json_texts.dumps,
        json_deserializer=json_texts.loads,
        hide_parameters=True,  # they hold passwords, and errors are logged
        **options,
        **pool,
    )
    if backend == "sqlite":
        sa.event.listen(engine, "connect", _set_up_sqlite)
    elif backend == "postgresql" and limits is not None:
        # psycopg comes with an extra, and SQLite needs none of it.
        from computeapi.db.postgresql import limit  # noqa: PLC0415

        limit(engine, limits.statement_timeout, _GRACE, _IDLE_IN_TRANSACTION)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    """Begin the transaction of a writer; to SQLAlchemy, a read is one, too."""
    statement = connection.get_execution_options().get("begin_statement")
    if statement:
        connection.exec_driver_sql(statement)


def _url(connection: str) -> URL:
    url = make_url(connection)
    if url.drivername == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    return _existing_file(url) if url.get_backend_name() == "sqlite" else url


def _existing_file(url: URL) -> URL:
    """Make SQLite open an existing file only; it would create one that every user can read."""
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


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    for statement in _SQLITE_SETTINGS:
        connection.execute(statement).close()
    connection.create_function("regexp", 2, regexp, deterministic=True)


def _before_fork() -> None:
    # SQLite's files must not be open across a fork (sqlite.org/howtocorrupt.html, section 2.6).
    for engine in list(_POOLED):
        engine.dispose()


def _after_fork() -> None:
    """Begin anew in a process just forked: connections in use belong to the parent."""
    for engine in list(_POOLED):
        _INHERITED.append(engine.pool)
        engine.dispose(close=False)


_POOLED: weakref.WeakSet[Engine] = weakref.WeakSet()
#: Never closed: that would end the parent's session, or lose its file locks.
_INHERITED: list[Pool] = []
os.register_at_fork(before=_before_fork, after_in_child=_after_fork)
