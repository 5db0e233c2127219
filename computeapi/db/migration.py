"""Versions of the tables, by Alembic."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection

from computeapi.db import engine

_LOCATION = "computeapi.db:alembic"
_LOCK_TIMEOUT = 30.0  # seconds to wait for SQLite's lock
_LOCK = 0x636F6D70757465  # any number, the same in all processes that migrate


def upgrade(connection: str, revision: str = "head") -> None:
    """Bring the tables to a version: all of it happens, or (but on MariaDB) nothing.

    :param connection: a SQLAlchemy URL.
    """
    _make_file(connection)
    with _opened(connection) as opened:
        command.upgrade(_config(opened), revision)


def downgrade(connection: str, revision: str) -> None:
    """Take the tables back to a version; "base" removes them."""
    with _opened(connection) as opened:
        command.downgrade(_config(opened), revision)


def version(connection: str) -> str | None:
    """Return the version that the tables have, or None when there are none."""
    with engine.create(connection).connect() as opened:
        return MigrationContext.configure(opened).get_current_revision()


def new_revision(connection: str, message: str) -> None:
    """Write a migration that leads from the database's tables to those in ``tables``."""
    with _opened(connection) as opened:
        command.revision(_config(opened), message, autogenerate=True)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", _LOCATION)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _opened(connection: str) -> Iterator[Connection]:
    """Open a connection in a transaction that keeps other migrations waiting."""
    with engine.create(connection).connect() as opened:
        if opened.dialect.name == "sqlite":
            opened.exec_driver_sql(f"PRAGMA busy_timeout = {_LOCK_TIMEOUT * 1000:.0f}")
            # A table that is made anew, SQLite's way to change one, is briefly not there.
            opened.exec_driver_sql("PRAGMA foreign_keys = OFF")
            opened.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            opened.exec_driver_sql("BEGIN")
        if opened.dialect.name == "postgresql":
            opened.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        try:
            yield opened
        except BaseException:
            opened.exec_driver_sql("ROLLBACK")
            raise
        opened.exec_driver_sql("COMMIT")


def _make_file(connection: str) -> None:
    """Create SQLite's file, readable for its owner alone: it will hold passwords."""
    url = sa.make_url(connection)
    if url.get_backend_name() != "sqlite" or not url.database:
        return
    os.makedirs(os.path.dirname(os.path.abspath(url.database)), exist_ok=True)
    os.close(os.open(url.database, os.O_CREAT | os.O_RDWR, 0o600))
