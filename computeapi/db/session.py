"""A connection in use by one unit of work."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, CursorResult
from sqlalchemy.exc import DBAPIError, IntegrityError

from computeapi.db import limits
from computeapi.db.connections import Connections
from computeapi.db.engine import PATIENCE
from computeapi.db.faults import UNREPRESENTABLE, is_busy, is_lost, translated
from computeapi.db.prepared import Prepared
from computeapi.db.tables import MOMENT

T = TypeVar("T")
Result = CursorResult[*tuple[Any, ...]]
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None

_BEGIN = {
    # Who means to write says so at once: SQLite cannot make a writer of a reader that is late.
    "sqlite": "BEGIN IMMEDIATE",
    # What is counted under a lock must be what the one before has committed.
    "postgresql": "BEGIN ISOLATION LEVEL READ COMMITTED",
}
_CLOCK = {
    "postgresql": sa.select(
        sa.func.timezone("utc", sa.func.clock_timestamp(), type_=MOMENT),
    ),
    "mysql": sa.select(sa.func.utc_timestamp(6, type_=MOMENT)),
    "mariadb": sa.select(sa.func.utc_timestamp(6, type_=MOMENT)),
}
_LONGEST_PAUSE = 0.01  # seconds


class Session:
    """Runs statements, and turns what goes wrong into what a caller can be told.

    Outside a transaction a statement that hits a lost connection is run again on a new one.
    """

    __slots__ = ("_connection", "_connections", "_failed", "_writing", "dialect")

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._connection: Connection | None = connections.take()
        self._writing = False
        self._failed = False
        self.dialect = connections.engine.dialect.name

    def execute(self, statement: sa.Executable, parameters: Parameters = None) -> Result:
        """Run a statement. Its result must be read to the end at once.

        :raises IntegrityError: when a constraint forbids it.
        :raises Invalid: when a column cannot hold its value.
        :raises Unavailable: when the database does not answer.
        """
        _check(statement, parameters)
        try:
            return self._held.execute(statement, parameters)
        except IntegrityError:
            self._failed = True
            raise
        except (DBAPIError, *UNREPRESENTABLE) as error:
            return self._again(error, lambda held: held.execute(statement, parameters))

    def insert(self, statement: sa.Insert, row: Mapping[str, Any]) -> int:
        """Insert a row and return the primary key that the database gave it.

        :raises: as :meth:`execute`.
        """
        key: Sequence[Any] = self.execute(statement, row).inserted_primary_key or ()
        return int(key[0])

    def objects(self, prepared: Prepared[T], parameters: Mapping[str, Any]) -> list[T]:
        """Run a prepared statement and return what its rows become.

        :raises Invalid: when a value is none that the database knows.
        :raises Unavailable: when the database does not answer.
        """
        # A URL may hold such a value; no row does.
        if not limits.can_be_kept(parameters.values()):
            return []
        try:
            return prepared.objects(self._held, parameters)
        except (DBAPIError, *UNREPRESENTABLE) as error:
            return self._again(error, lambda held: prepared.objects(held, parameters))

    def now(self) -> datetime:
        """Return the database's clock; SQLite's is this machine's."""
        if self.dialect == "sqlite":
            return datetime.now(UTC).replace(tzinfo=None)
        now: datetime = self.execute(_CLOCK[self.dialect]).scalar_one()
        return now

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block did, and nothing else, when it raises."""
        self._command("SAVEPOINT attempt")
        try:
            yield
        except IntegrityError:
            self._command("ROLLBACK TO SAVEPOINT attempt")
            self._failed = False
            raise
        self._command("RELEASE SAVEPOINT attempt")

    def begin(self) -> None:
        """Begin a transaction.

        :raises Unavailable: when the database does not answer.
        """
        statement = _BEGIN.get(self.dialect, "BEGIN")
        try:
            self._held.exec_driver_sql(statement)
        except DBAPIError as error:
            self._again(error, lambda held: held.exec_driver_sql(statement))
        self._writing = True

    def commit(self) -> None:
        """Keep the transaction.

        :raises RuntimeError: when a statement had failed and somebody went on regardless:
            PostgreSQL would answer the COMMIT with a silent ROLLBACK.
        :raises Unavailable: when the database does not answer; whether it kept the
            transaction is unknown then.
        """
        if self._failed:
            raise RuntimeError("A statement of this transaction had failed")
        self._command("COMMIT")
        self._writing = False

    def rollback(self) -> None:
        """Undo the transaction."""
        connection = self._connection
        if connection is None or connection.invalidated:
            return
        try:
            connection.exec_driver_sql("ROLLBACK")
        except DBAPIError:
            # The server undoes it when the connection goes, and end() sees to that.
            return
        self._writing = False

    def end(self) -> None:
        """Give the connection back."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._writing or connection.invalidated:
            self._connections.discard(connection)
        else:
            self._connections.give(connection)

    def discard(self) -> None:
        """Give the connection back to be closed: nobody knows in what state it is."""
        connection, self._connection = self._connection, None
        if connection is not None:
            self._connections.discard(connection)

    @property
    def _held(self) -> Connection:
        if self._connection is None:
            raise RuntimeError("The unit of work has ended")
        return self._connection

    def _command(self, statement: str) -> None:
        try:
            self._held.exec_driver_sql(statement)
        except DBAPIError as error:
            self._failed = True
            raise translated(error) from error

    def _again(self, error: Exception, run: Callable[[Connection], T]) -> T:
        """Run what failed again where that is safe and may help; else raise."""
        self._failed = True
        if not self._writing:
            try:
                if is_lost(error):
                    return self._on_new_connection(run)
                if is_busy(error):
                    return self._when_free(run)
            except DBAPIError as last:
                raise translated(last) from last
        raise translated(error) from error

    def _on_new_connection(self, run: Callable[[Connection], T]) -> T:
        lost, self._connection = self._held, None
        self._connection = self._connections.replace(lost)
        result = run(self._connection)
        self._failed = False
        return result

    def _when_free(self, run: Callable[[Connection], T]) -> T:
        """Wait for a lock of another process, so that other green threads run meanwhile."""
        deadline = time.monotonic() + PATIENCE
        pause = 0.0005
        while True:
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            try:
                result = run(self._held)
            except DBAPIError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise
            else:
                self._failed = False
                return result


def _check(statement: sa.Executable, parameters: Parameters) -> None:
    """:raises Invalid: when a column cannot hold a value that a statement gives it."""
    rows = parameters if isinstance(parameters, Sequence) else [parameters or {}]
    for row in rows:
        if isinstance(statement, sa.Insert | sa.Update):
            limits.check_row(statement.entity_description["name"], row)
        else:
            limits.check_values(row.values())
