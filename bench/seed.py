"""Fills databases by bulk insert, past the service."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import psycopg
import sqlalchemy as sa

from bench import rows
from computeapi.db import engine, migration, tables
from testing.postgresql import Postgresql

_BATCH = 20_000
Row = Mapping[str, Any]


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
    with Rows(url) as kept:
        kept.add("hosts", rows.hosts())
        for first in range(0, count, _BATCH):
            kept.add("servers", rows.servers(first, min(_BATCH, count - first)))
            kept.add("claims", rows.claims(first, min(_BATCH, count - first)))
            done = min(first + _BATCH, count)
            if count > _BATCH and done * 10 // count > first * 10 // count:
                say(f"{done:,} of {count:,} servers")
    with engine.create(url).connect() as connection:
        for index in tables.servers.indexes:
            index.create(connection)
        # What PostgreSQL does by itself after a while, and else at the first reads.
        is_sqlite = connection.dialect.name == "sqlite"
        connection.execute(sa.text("ANALYZE" if is_sqlite else "VACUUM ANALYZE"))


class Rows:
    """A connection of our own to a database of a variant."""

    def __init__(self, url: str) -> None:
        parsed = sa.engine.make_url(url)
        self._is_sqlite = parsed.get_backend_name() == "sqlite"
        self._connection: Any
        if self._is_sqlite:
            self._connection = sqlite3.connect(str(parsed.database), timeout=60)
        else:
            self._connection = psycopg.connect(
                host=str(parsed.query["host"]), user=parsed.username, dbname=parsed.database
            )

    def __enter__(self) -> "Rows":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def add(self, table: str, added: Iterable[Row]) -> None:
        """Insert rows, and commit."""
        listed = list(added)
        columns = tables.metadata.tables[table].columns
        names = [column.name for column in columns if column.name in listed[0]]
        json = {column.name for column in columns if isinstance(column.type, sa.JSON)}
        values = ([_plain(row[name], name in json, self._is_sqlite) for name in names]
                  for row in listed)  # fmt: skip
        quoted = ", ".join(f'"{name}"' for name in names)
        if self._is_sqlite:
            marks = ", ".join("?" * len(names))
            self._connection.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", values)
        else:
            with self._connection.cursor().copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        self._connection.commit()

    def delete_claims(self, project: str) -> None:
        """Delete the claims of a project's servers, and commit."""
        mark = "?" if self._is_sqlite else "%s"
        servers = f"SELECT id FROM servers WHERE project_id = {mark}"
        self._connection.execute(f"DELETE FROM claims WHERE server_id IN ({servers})", (project,))
        self._connection.commit()

    def delete(self, table: str, column: str, value: str) -> None:
        """Delete the rows of a table that have a value, and commit."""
        mark = "?" if self._is_sqlite else "%s"
        self._connection.execute(f"DELETE FROM {table} WHERE {column} = {mark}", (value,))
        self._connection.commit()


def _plain(value: Any, is_json: bool, is_sqlite: bool) -> Any:
    """Return a value as SQLAlchemy would have the driver keep it."""
    if is_json and value is not None:
        return orjson.dumps(value).decode()
    if is_sqlite and isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    return value


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
