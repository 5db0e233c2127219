"""The floor's rows: the driver as it comes, SQL by hand, tuples."""

import secrets
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import orjson


class Server(NamedTuple):
    """What the documents show, in the order that the statements select it.

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
    created: str
    updated: str
    launched_at: str | None
    terminated_at: str | None
    metadata: dict[str, str]
    security_groups: list[str]
    addresses: dict[str, list[dict[str, Any]]]


Row = Sequence[Any]

#: How many of the selected columns need nothing done to them.
_PLAIN = 17
_COLUMNS = (
    "id, project_id, user_id, name, vm_state, task_state, power_state, host, availability_zone,"
    " flavor_id, image_id, key_name, access_ip_v4, access_ip_v6, config_drive, disk_config,"
    " progress, created_at, coalesce(updated_at, created_at), launched_at, terminated_at,"
    " metadata, security_groups, addresses"
)
_GET = "SELECT {columns} FROM servers WHERE id = ? AND project_id = ? AND deleted = {false}"
_PAGE = (
    "SELECT {columns} FROM servers WHERE project_id = ? AND deleted = {false} {after}"
    # The limit goes into the text: PostgreSQL keeps no good plan where it is a parameter.
    "ORDER BY created_at DESC, id DESC LIMIT "
)
_AFTER = "AND (created_at, id) < (SELECT created_at, id FROM servers WHERE id = ?) "
_FLAVOR = "SELECT vcpus, memory_mb, disk_gb, ephemeral_gb, swap_mb FROM flavors WHERE id = ?"
_USAGE = (
    "SELECT count(*), sum(vcpus), sum(memory_mb) FROM servers"
    " WHERE project_id = ? AND deleted = {false}"
)
_HOST = (
    "SELECT h.name, h.availability_zone FROM hosts h LEFT JOIN (SELECT host, sum(memory_mb) m"
    " FROM servers WHERE deleted = {false} AND host IS NOT NULL GROUP BY host) u"
    " ON u.host = h.name WHERE h.enabled ORDER BY h.memory_mb - coalesce(u.m, 0) DESC LIMIT 1"
)
_LOCK_HOSTS = "SELECT name FROM hosts ORDER BY name FOR UPDATE"
_NEW_SERVER = (
    "INSERT INTO servers (id, project_id, user_id, name, created_at, updated_at, vm_state,"
    " task_state, power_state, host, availability_zone, flavor_id, vcpus, memory_mb, disk_gb,"
    " ephemeral_gb, swap_mb, image_id, metadata, security_groups, addresses, config_drive,"
    " disk_config, reservation_id, launch_index, hostname, progress, deleted, admin_password,"
    " personality, changed_at) VALUES (?, ?, ?, ?, ?, ?, 'building', 'scheduling', 0, ?, ?, ?,"
    " ?, ?, ?, ?, ?, ?, ?, '[\"default\"]', '{{}}', {false}, 'MANUAL', ?, 0, ?, 0, {false}, ?,"
    " '[]', ?)"
)
_NEW_OPERATION = (
    "INSERT INTO operations (server_id, project_id, user_id, request_id, host, action, params,"
    " state, created_at, attempts, lease_token) VALUES (?, ?, ?, ?, ?, ?, '{{}}', 'queued', ?,"
    " 0, 0)"
)
_DELETE = (
    "UPDATE servers SET task_state = 'deleting', updated_at = ?, changed_at = ?"
    " WHERE id = ? AND project_id = ? AND deleted = {false} RETURNING host"
)


class Rows:
    """The statements, on one connection.

    :param run: executes a statement and returns its cursor.
    :param false: how the database writes it.
    """

    def __init__(self, run: Callable[[str, Sequence[Any]], Any], mark: str, false: str) -> None:
        self._run = run
        self._mark, self._false = mark, false
        self._get_statement = self.sql(_GET)
        self._first = self.sql(_PAGE)
        self._next = self.sql(_PAGE, after=_AFTER)
        self._first_names = self.sql(_PAGE, "id, name")
        self._next_names = self.sql(_PAGE, "id, name", _AFTER)
        self._flavor, self._usage, self._host = map(self.sql, (_FLAVOR, _USAGE, _HOST))
        self._new_server, self._new_operation = self.sql(_NEW_SERVER), self.sql(_NEW_OPERATION)
        self._delete_statement = self.sql(_DELETE)

    def sql(self, statement: str, columns: str = _COLUMNS, after: str = "") -> str:
        """Return a statement in the database's own dialect."""
        text = statement.format(columns=columns, false=self._false, after=after)
        return text.replace("?", self._mark)

    def get(self, project: str, key: str) -> Server | None:
        """Return a live server of a project."""
        row = self._run(self._get_statement, (key, project)).fetchone()
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

    def boot(self, project: str, user: str, new: dict[str, Any]) -> tuple[str, str]:
        """Accept a new server; return its id and its password."""
        password, key = secrets.token_urlsafe(9), str(uuid.uuid4())
        reservation = f"r-{secrets.token_hex(4)}"
        with self.transaction():
            now = datetime.now(UTC).replace(tzinfo=None)
            sizes = self._run(self._flavor, (new["flavorRef"],)).fetchone()
            self._run(self._usage, (project,)).fetchone()
            self.lock_hosts()
            host, zone = self._run(self._host, ()).fetchone()
            moment, name = self.moment(now), new["name"]
            self._run(
                self._new_server,
                (key, project, user, name, moment, moment, host, zone, new["flavorRef"], *sizes,
                 new["imageRef"], orjson.dumps(new["metadata"]).decode(), reservation, name,
                 password, moment),
            )  # fmt: skip
            self._operation(key, project, user, host, "create", moment)
        return key, password

    def delete(self, project: str, user: str, key: str) -> bool:
        """Accept to delete a server; tell whether there is one."""
        with self.transaction():
            moment = self.moment(datetime.now(UTC).replace(tzinfo=None))
            row = self._run(self._delete_statement, (moment, moment, key, project)).fetchone()
            if row is not None:
                self._operation(key, project, user, row[0], "delete", moment)
        return row is not None

    def _operation(self, *values: Any) -> None:
        server_id, project, user, host, action, moment = values
        request = f"req-{uuid.uuid4()}"
        self._run(self._new_operation, (server_id, project, user, request, host, action, moment))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all of the block, or nothing."""
        raise NotImplementedError

    def lock_hosts(self) -> None:
        """Let nobody else place servers meanwhile."""

    def moment(self, value: datetime) -> Any:
        """Return a moment as the database keeps it."""
        return value

    def server(self, row: Row) -> Server:
        """Return what the documents show of a row."""
        raise NotImplementedError


class SQLiteRows(Rows):
    """The same settings as the service's own connections have."""

    def __init__(self, path: str) -> None:
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        for setting in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -16384"):
            connection.execute(f"PRAGMA {setting}")
        self._connection = connection
        super().__init__(connection.execute, "?", "0")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all of the block."""
        self._connection.execute("BEGIN IMMEDIATE")
        with self._connection:
            yield

    def moment(self, value: datetime) -> str:
        """Return a moment as SQLAlchemy keeps it in SQLite."""
        return value.isoformat(" ", "microseconds")

    def server(self, row: Row) -> Server:
        """Moments and JSON are text in SQLite."""
        created, updated, launched, terminated, metadata, groups, addresses = row[_PLAIN:]
        return Server(
            *row[:_PLAIN],
            f"{created[:10]}T{created[11:19]}Z",
            f"{updated[:10]}T{updated[11:19]}Z",
            launched and f"{launched[:10]}T{launched[11:]}",
            terminated and f"{terminated[:10]}T{terminated[11:]}",
            orjson.loads(metadata),
            orjson.loads(groups),
            orjson.loads(addresses),
        )


class PostgresqlRows(Rows):
    """One connection, waited for in C: there is nothing else to do meanwhile."""

    def __init__(self, folder: str, user: str, database: str) -> None:
        import psycopg  # noqa: PLC0415 - the SQLite floor's start shall not pay for it

        psycopg.types.json.set_json_loads(orjson.loads)
        connection = psycopg.connect(host=folder, user=user, dbname=database, autocommit=True)
        self._connection = connection
        super().__init__(connection.execute, "%s", "false")
        self._lock = self.sql(_LOCK_HOSTS)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all of the block."""
        with self._connection.transaction():
            yield

    def lock_hosts(self) -> None:
        """Lock their rows."""
        self._connection.execute(self._lock).fetchall()

    def server(self, row: Row) -> Server:
        """Moments are objects, and JSON is read by the driver."""
        created, updated, launched, terminated, *documents = row[_PLAIN:]
        return Server(
            *row[:_PLAIN],
            f"{created.isoformat(timespec='seconds')}Z",
            f"{updated.isoformat(timespec='seconds')}Z",
            launched and launched.isoformat(timespec="microseconds"),
            terminated and terminated.isoformat(timespec="microseconds"),
            *documents,
        )


def connect(url: str) -> Rows:
    """Open the database of an SQLAlchemy URL."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return SQLiteRows(str(Path(parts.path[1:])))
    folder = parse_qs(parts.query)["host"][0]
    return PostgresqlRows(folder, str(parts.username), parts.path[1:])
