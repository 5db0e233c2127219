"""Lets the threads of Keystone or Glance write to one SQLite file.

SQLite refuses at once, however long the caller would wait, a transaction that
has read and wants to write when another one wrote in between
(SQLITE_BUSY_SNAPSHOT). So a transaction that may write takes the write lock as
it begins, and waits for the lock there. A transaction that only reads takes
no lock and sees the file as it was when it began: that is SQLite's WAL mode.
"""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy import Engine

#: Seconds that a transaction waits for the write lock.
WAIT = 60


class Facade(Protocol):
    """The part used here of the context manager of oslo.db's ``enginefacade``."""

    def configure(self, **options: Any) -> None:
        """Set options of the engines, before the first one is made."""

    def append_on_engine_create(self, hook: Any) -> None:
        """Call the hook with each engine that is made."""


def database_section(path: Path) -> str:
    """Return ``[database]`` of a service's configuration for a file.

    oslo.db reads by the second URL and writes by the first one.
    """
    url = f"sqlite:///{path}?timeout={WAIT}"
    return f"[database]\nconnection = {url}&isolation_level=IMMEDIATE\nslave_connection = {url}\n"


def share(facade: Facade, path: Path) -> sqlite3.Connection:
    """Make the threads of this process wait for each other.

    To be called before the service opens its file, which exists.

    :param facade: by which the service reaches its database.
    :return: a connection that the caller keeps as long as it serves. oslo.db opens one for each
        transaction, and SQLite makes all others wait when the last one of a file is closed.
    """
    kept = sqlite3.connect(path, timeout=WAIT)
    kept.execute("PRAGMA journal_mode = WAL")
    # By default reading, too, goes by the first URL.
    facade.configure(synchronous_reader=False)
    facade.append_on_engine_create(_honour_isolation_level)
    return kept


def _honour_isolation_level(engine: "Engine") -> None:
    """Make oslo.db, which says BEGIN itself, say the isolation level of the engine's URL."""
    level = engine.url.query.get("isolation_level")
    if level is None:
        return

    # Horizon and others import this module for the section alone, and no SQLAlchemy of 10 MB.
    from sqlalchemy import event  # noqa: PLC0415

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def begin(
        connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> tuple[str, Any]:
        return (f"BEGIN {level}" if statement == "BEGIN" else statement), parameters
