"""The rows of the floor: the bare driver, hand-written SQL, tuples."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import orjson


class Server(NamedTuple):
    """The columns of a server that the documents show, in the order of the statements.

    The moments are text already, as they are shown.
    """

    id: str
    project_id: str
    user_id: str
    name: str
    vm_state: str
    task_state: str | None
    power_state: int
    host: str | None
    availability_zone: str | None
    flavor_id: str
    image_id: str | None
    key_name: str | None
    access_ip_v4: str | None
    access_ip_v6: str | None
    config_drive: bool
    disk_config: str
    progress: int
    created_at: str
    updated_at: str
    launched_at: str | None
    terminated_at: str | None
    metadata: dict[str, str]
    security_groups: list[str]
    addresses: dict[str, list[dict[str, Any]]]


Row = Sequence[Any]

#: How many of the selected columns need no conversion.
_PLAIN = 17
_COLUMNS = ", ".join(Server._fields)
_GET = "SELECT {columns} FROM servers WHERE id = ? AND project_id = ? AND deleted = {false}"
_PAGE = (
    "SELECT {columns} FROM servers WHERE project_id = ? AND deleted = {false} {after}"
    # The limit goes into the text: PostgreSQL keeps no good plan where it is a parameter.
    "ORDER BY created_at DESC, id DESC LIMIT "
)
_AFTER = "AND (created_at, id) < (SELECT created_at, id FROM servers WHERE id = ?) "


class Rows:
    """The statements, on one connection.

    :param run: executes a statement and returns its cursor.
    :param mark: stands for a parameter.
    :param false: how the database writes it.
    """

    def __init__(self, run: Callable[[str, Sequence[Any]], Any], mark: str, false: str) -> None:
        self._run = run

        def sql(statement: str, columns: str = _COLUMNS, after: str = "") -> str:
            text = statement.format(columns=columns, false=false, after=after)
            return text.replace("?", mark)

        self._get = sql(_GET)
        self._first, self._next = sql(_PAGE), sql(_PAGE, after=_AFTER)
        self._first_names = sql(_PAGE, "id, name")
        self._next_names = sql(_PAGE, "id, name", _AFTER)

    def get(self, project: str, key: str) -> Server | None:
        """Return a live server of a project."""
        row = self._run(self._get, (key, project)).fetchone()
        return None if row is None else self.server(row)

    def page(self, project: str, limit: int, marker: str | None) -> list[Server]:
        """Return a page, newest first."""
        return list(map(self.server, self._page(self._first, self._next, project, limit, marker)))

    def names(self, project: str, limit: int, marker: str | None) -> Sequence[tuple[str, str]]:
        """Return ids and names of a page, newest first."""
        return self._page(self._first_names, self._next_names, project, limit, marker)

    def _page(
        self, first: str, following: str, project: str, limit: int, marker: str | None
    ) -> list[Any]:
        if marker is None:
            return self._run(f"{first}{limit:d}", (project,)).fetchall()
        return self._run(f"{following}{limit:d}", (project, marker)).fetchall()

    def server(self, row: Row) -> Server:
        """Return the server of a row."""
        raise NotImplementedError


class SQLiteRows(Rows):
    """The same settings as the service's own connections have."""

    def __init__(self, path: str) -> None:
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        for setting in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -16384"):
            connection.execute(f"PRAGMA {setting}")
        super().__init__(connection.execute, "?", "0")

    def server(self, row: Row) -> Server:
        """Moments and JSON are text in SQLite."""
        created, updated, launched, terminated, *documents = row[_PLAIN:]
        return Server._make(
            (
                *row[:_PLAIN],
                f"{created[:10]}T{created[11:19]}Z",
                f"{updated[:10]}T{updated[11:19]}Z",
                launched and f"{launched[:10]}T{launched[11:]}",
                terminated and f"{terminated[:10]}T{terminated[11:]}",
                *map(orjson.loads, documents),
            )
        )


class PostgresqlRows(Rows):
    """One connection, waited for in C: there is nothing else to do meanwhile."""

    def __init__(self, folder: str, user: str, database: str) -> None:
        import psycopg.types.json  # noqa: PLC0415 - the SQLite floor's start shall not pay for it

        psycopg.types.json.set_json_loads(orjson.loads)
        connection = psycopg.connect(host=folder, user=user, dbname=database, autocommit=True)
        super().__init__(connection.execute, "%s", "false")

    def server(self, row: Row) -> Server:
        """Moments are objects, and JSON is read by the driver."""
        created, updated, launched, terminated, *documents = row[_PLAIN:]
        return Server._make(
            (
                *row[:_PLAIN],
                f"{created.isoformat(timespec='seconds')}Z",
                f"{updated.isoformat(timespec='seconds')}Z",
                launched and launched.isoformat(timespec="microseconds"),
                terminated and terminated.isoformat(timespec="microseconds"),
                *documents,
            )
        )


def connect(url: str) -> Rows:
    """Open the database of an SQLAlchemy URL."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return SQLiteRows(parts.path[1:])
    folder = parse_qs(parts.query)["host"][0]
    return PostgresqlRows(folder, str(parts.username), parts.path[1:])
