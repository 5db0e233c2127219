"""A connection in use by one unit of work."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, CursorResult, Engine, RootTransaction
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import PoolProxiedConnection

from computeapi.db import limits
from computeapi.db.faults import UNREPRESENTABLE, is_busy, is_lost, is_silence, translated
from computeapi.db.prepared import Prepared, wrapped
from computeapi.db.tables import MOMENT

T = TypeVar("T")
Result = CursorResult[*tuple[Any, ...]]
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


def _moment(moment: datetime) -> datetime:
    return moment


_UTC = {
    "postgresql": sa.func.timezone("utc", sa.func.clock_timestamp(), type_=MOMENT),
    "mysql": sa.func.utc_timestamp(6, type_=MOMENT),
    "mariadb": sa.func.utc_timestamp(6, type_=MOMENT),
}
_CLOCK = {dialect: Prepared(sa.select(utc), _moment) for dialect, utc in _UTC.items()}
_LONGEST_PAUSE = 0.01  # seconds


class Session:
    """Runs statements, and translates the driver's errors into errors of the domain.

    Outside a transaction a statement that hits a lost connection is run again on a new one.

    :param lock_timeout: seconds to wait for SQLite's lock.
    :raises Unavailable: when the database does not answer, or all connections are in use.
    """

    __slots__ = (
        "_connection", "_engine", "_failed", "_lock_timeout", "_raw", "_transaction", "dialect",
    )  # fmt: skip

    def __init__(self, engine: Engine, lock_timeout: float) -> None:
        self._engine = engine
        self._lock_timeout = lock_timeout
        self._raw: PoolProxiedConnection | None = _checked_out(engine)
        self._connection: Connection | None = None
        self._transaction: RootTransaction | None = None
        self._failed = False
        self.dialect = engine.dialect.name

    def execute(self, statement: sa.Executable, parameters: Parameters = None) -> Result:
        """Run a statement. Its result must be read to the end at once.

        :raises IntegrityError: when a constraint forbids it.
        :raises Invalid: when a column cannot hold its value.
        :raises Unavailable: when the database does not answer.
        """
        _check(statement, parameters)
        return self._run(lambda: self._held.execute(statement, parameters))

    def insert(self, statement: sa.Insert, row: Mapping[str, Any]) -> int:
        """Insert one row, and return the number that its table gave it as primary key.

        :raises: as :meth:`execute`.
        """
        key: Sequence[Any] = self.execute(statement, row).inserted_primary_key or ()
        return int(key[0])

    def objects(self, prepared: Prepared[T], parameters: Mapping[str, Any]) -> list[T]:
        """Run a prepared statement and return the values made of its rows.

        :raises Invalid: when the database does not know a value.
        :raises Unavailable: when the database does not answer.
        """
        # A URL may hold such a value; no row does.
        if not limits.can_be_kept(parameters.values()):
            return []
        dialect = self._engine.dialect
        return self._run(lambda: prepared.objects(dialect, self._checked_out, parameters))

    def now(self) -> datetime:
        """Return the database's clock; SQLite's is this machine's."""
        if self.dialect == "sqlite":
            return datetime.now(UTC).replace(tzinfo=None)
        (now,) = self.objects(_CLOCK[self.dialect], {})
        return now

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo the changes of the block, and no others, when it hits a constraint."""
        savepoint = self._run(self._held.begin_nested)
        try:
            yield
        except IntegrityError:
            self._run(savepoint.rollback)
            self._failed = False
            raise
        self._run(savepoint.commit)

    def begin(self) -> None:
        """Begin a transaction.

        :raises Unavailable: when the database does not answer.
        """
        self._transaction = self._run(self._begun)

    def commit(self) -> None:
        """Keep the transaction.

        :raises RuntimeError: when a statement had failed and the block went on regardless:
            PostgreSQL would answer the COMMIT with a silent ROLLBACK.
        :raises Unavailable: when the database does not answer; whether it kept the
            transaction is unknown then.
        """
        if self._failed:
            raise RuntimeError("A statement of this transaction had failed")
        if self._transaction is not None:
            self._run(self._transaction.commit)

    def rollback(self) -> None:
        """Undo the transaction."""
        if self._transaction is None or not self._transaction.is_active:
            return
        try:
            self._transaction.rollback()
        except DBAPIError:
            # The server undoes it when the connection goes.
            self._held.invalidate()

    def end(self) -> None:
        """Give the connection back."""
        raw, self._raw = self._raw, None
        if self._connection is not None:
            self._connection.close()
        elif raw is not None:
            raw.close()

    def discard(self) -> None:
        """Close the connection, whose state is unknown."""
        raw, self._raw = self._raw, None
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
        elif raw is not None:
            raw.invalidate()

    @property
    def _checked_out(self) -> PoolProxiedConnection:
        if self._raw is None:
            raise RuntimeError("The unit of work has ended")
        return self._raw

    @property
    def _held(self) -> Connection:
        """The connection that executes statements; prepared ones do without, in half the time."""
        if self._connection is None:
            self._connection = Connection(self._engine, self._checked_out)
        return self._connection

    def _begun(self) -> RootTransaction:
        return self._held.begin()

    def _run(self, run: Callable[[], T]) -> T:
        try:
            return run()
        except IntegrityError:
            self._failed = True
            raise
        except (DBAPIError, *UNREPRESENTABLE) as error:
            return self._again(error, run)

    def _again(self, error: Exception, run: Callable[[], T]) -> T:
        """Run a failed statement again where that is safe and may help; else raise."""
        self._failed = True
        if is_silence(error):
            self._drop_all()
        elif self._transaction is None:
            try:
                if is_lost(error):
                    return self._on_new_connection(run)
                if is_busy(error):
                    return self._when_free(run)
            except DBAPIError as last:
                raise translated(last) from last
        raise translated(error) from error

    def _on_new_connection(self, run: Callable[[], T]) -> T:
        self._drop_all()
        self._raw = _checked_out(self._engine)
        result = run()
        self._failed = False
        return result

    def _drop_all(self) -> None:
        """Close the lost connection, and those that are idle: they are as lost."""
        self.discard()
        self._engine.dispose()

    def _when_free(self, run: Callable[[], T]) -> T:
        """Wait for a lock of another process, so that other green threads run meanwhile."""
        deadline = time.monotonic() + self._lock_timeout
        pause = 0.0005
        while True:
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            try:
                result = run()
            except DBAPIError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise
            else:
                self._failed = False
                return result


def _checked_out(engine: Engine) -> PoolProxiedConnection:
    """Take a connection from the pool."""
    try:
        return engine.raw_connection()
    except engine.dialect.loaded_dbapi.Error as error:
        raise translated(wrapped(error, engine.dialect, "", lost=False)) from error
    except PoolTimeoutError as error:
        raise translated(error) from error


def _check(statement: sa.Executable, parameters: Parameters) -> None:
    """:raises Invalid: when a column cannot hold a value that a statement gives it."""
    rows = parameters if isinstance(parameters, Sequence) else [parameters or {}]
    for row in rows:
        if isinstance(statement, sa.Insert | sa.Update):
            limits.check_row(statement.entity_description["name"], row)
        else:
            limits.check_values(row.values())
