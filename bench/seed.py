"""Fills databases by bulk insert, past the service."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from bench import rows
from computeapi.db import engine, migration, tables
from testing.postgresql import Postgresql

_BATCH = 20_000


def edition() -> str:
    """Return a word that changes with the tables and with the rows."""
    columns = [
        f"{table}.{column.name} {column.type!r}"
        for table in tables.metadata.sorted_tables
        for column in table.columns
    ]
    indexes = sorted(
        f"{index.name} {[column.name for column in index.columns]}"
        for index in tables.servers.indexes
    )
    text = f"{columns} {indexes} {rows.EDITION}"
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def fill(url: str, count: int, say: Callable[[str], None] = lambda text: None) -> None:
    """Make the tables in an empty database and put servers into them.

    :param url: an SQLAlchemy URL.
    :param say: called now and then with the progress.
    """
    migration.upgrade(url)
    with engine.create(url).connect() as connection:
        for index in tables.servers.indexes:
            index.drop(connection)
    with writing(url) as connection:
        connection.execute(tables.hosts.insert(), list(rows.hosts()))
    for first in range(0, count, _BATCH):
        with writing(url) as connection:
            add_servers(connection, first, min(_BATCH, count - first))
        done = min(first + _BATCH, count)
        if count > _BATCH and done * 10 // count > first * 10 // count:
            say(f"{done:,} of {count:,} servers")
    with engine.create(url).connect() as connection:
        for index in tables.servers.indexes:
            index.create(connection)
        # What PostgreSQL does by itself after a while, and else at the first reads.
        is_sqlite = connection.dialect.name == "sqlite"
        connection.execute(sa.text("ANALYZE" if is_sqlite else "VACUUM ANALYZE"))


@contextmanager
def writing(url: str) -> Iterator[sa.Connection]:
    """Give a connection for the length of a transaction."""
    with engine.writer(engine.create(url)).begin() as connection:
        yield connection


def add_servers(
    connection: sa.Connection, first: int, count: int, project: str = rows.PROJECT
) -> None:
    """Insert consecutive servers and their claims."""
    servers = list(rows.servers(first, count, project))
    connection.execute(tables.servers.insert(), servers)
    connection.execute(tables.claims.insert(), list(rows.claims(first, count)))


def remove_servers(connection: sa.Connection, project: str) -> None:
    """Delete the servers of a project, their claims and their operations."""
    servers = sa.select(tables.servers.c.id).where(tables.servers.c.project_id == project)
    connection.execute(tables.claims.delete().where(tables.claims.c.server_id.in_(servers)))
    for table in (tables.servers, tables.operations):
        connection.execute(table.delete().where(table.c.project_id == project))


def sqlite_file(folder: Path, count: int, say: Callable[[str], None]) -> Path:
    """Return an SQLite file with so many servers, kept from an earlier run if there is one."""
    path = folder / f"servers-{count}-{edition()}.sqlite"
    if not path.exists():
        for old in folder.glob(f"servers-{count}-*.sqlite*"):
            old.unlink()
        draft = folder / f"draft-{count}.sqlite"
        draft.unlink(missing_ok=True)
        fill(f"sqlite:///{draft}", count, say)
        with closing(sqlite3.connect(draft)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        draft.rename(path)
    return path


def postgresql_name(server: Postgresql, count: int, say: Callable[[str], None]) -> str:
    """Return the name of a PostgreSQL database with so many servers, kept likewise."""
    name = f"servers_{count}_{edition()}"
    with server.connect("postgres") as connection:
        found = connection.execute("SELECT datname FROM pg_database").fetchall()
    names = [row[0] for row in found]
    if name not in names:
        for old in (one for one in names if one.startswith(f"servers_{count}_")):
            server.sql(f"DROP DATABASE {old} WITH (FORCE)")
        draft = server.create(name=f"draft_{count}")
        fill(server.url(draft), count, say)
        server.sql(f"ALTER DATABASE {draft} RENAME TO {name}")
    return name
