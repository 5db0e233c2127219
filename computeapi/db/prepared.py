"""SELECTs compiled once and run on the driver's own cursor.

This goes around ``Connection.execute()`` and keeps SQLAlchemy's compiler, types and pool: a test
holds the outcome against that of ``execute()``.

``Connection.execute()`` builds an execution context, a cursor strategy and a result around each
statement. Where a request is one server read by its id, that takes twice as long as the database.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection

from computeapi.db import json_texts

T = TypeVar("T")
_Convert = Callable[[Any], Any]
#: The key of a connection's cursor in what the pool keeps with the connection.
_CURSOR = "computeapi.cursor"


class Prepared(Generic[T]):
    """A SELECT of columns, with the values converted as SQLAlchemy's types say.

    :param statement: its parameters have values of their own, or are given each time.
    :param kind: makes an object of a row's values.
    """

    def __init__(self, statement: sa.Select[Any], kind: Callable[..., T]) -> None:
        self.statement = statement
        self._kind = kind
        self._plans: dict[str, _Plan] = {}

    def objects(
        self, dialect: Dialect, raw: PoolProxiedConnection, parameters: Mapping[str, Any]
    ) -> list[T]:
        """Run it.

        :param raw: a connection of the pool.
        :raises sqlalchemy.exc.DBAPIError: what the driver raises, as SQLAlchemy wraps it.
        """
        plan = self._plan(dialect)
        # PERF: a cursor of psycopg remembers how the values of each type are read, and takes longer
        # to learn it than the database takes for a row.
        cursor = raw.info.get(_CURSOR) or raw.info.setdefault(_CURSOR, raw.cursor())
        try:
            cursor.execute(plan.query, plan.arguments(parameters))
            rows = cursor.fetchall()
        except dialect.loaded_dbapi.Error as error:
            raw.info.pop(_CURSOR, None)
            lost = dialect.is_disconnect(error, raw, cursor)
            cursor.close()
            raise wrapped(error, dialect, plan.sql, lost) from error
        if len(rows) > 1:
            return list(map(self._kind, *plan.columns(rows)))
        return [self._kind(*plan.values(row)) for row in rows]

    def text(self, dialect: Dialect, parameters: Mapping[str, Any]) -> tuple[str, Any]:
        """Return the SQL and the parameters that the driver is given."""
        plan = self._plan(dialect)
        return plan.sql, plan.arguments(parameters)

    def _plan(self, dialect: Dialect) -> "_Plan":
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = _Plan(self.statement, dialect)
        return plan


def wrapped(error: Exception, dialect: Dialect, statement: str, lost: bool) -> Exception:
    """Return a driver's error as SQLAlchemy wraps it, without the parameters.

    :param lost: whether the connection is.
    """
    return DBAPIError.instance(
        statement,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )


class _Plan:
    """A statement compiled for one kind of database."""

    __slots__ = ("_binds", "_converters", "_names", "_values", "query", "sql")

    def __init__(self, statement: sa.Select[Any], dialect: Dialect) -> None:
        is_postgresql = dialect.name == "postgresql"
        run = _with_json_as_text(statement) if is_postgresql else statement
        compiled = run.compile(dialect=dialect)
        self.sql = str(compiled)
        # psycopg looks a text up by its bytes, and the hash of these is kept with them.
        self.query = self.sql.encode() if is_postgresql else self.sql
        self._names = compiled.positiontup if compiled.positional else None
        self._binds: dict[str, _Convert] = {}
        self._values: dict[str, Any] = {}
        own = {}
        for bind, name in compiled.bind_names.items():
            convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if convert is not None:
                self._binds[name] = convert
            if not bind.required:
                own[name] = bind.effective_value
        self._values = self._bound(own)
        converters = [_converter(column, dialect) for column in statement.selected_columns]
        self._converters = [(i, convert) for i, convert in enumerate(converters) if convert]

    def arguments(self, parameters: Mapping[str, Any]) -> Any:
        """Return the parameters as the driver takes them."""
        values = self._bound(parameters)
        names = self._names
        return values if names is None else tuple([values[name] for name in names])

    def _bound(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        values = self._values.copy()
        for name, value in parameters.items():
            convert = self._binds.get(name)
            values[name] = value if convert is None else convert(value)
        return values

    def values(self, row: Any) -> list[Any]:
        """Return a row's values as the types say."""
        values = list(row)
        for index, convert in self._converters:
            if values[index] is not None:
                values[index] = convert(values[index])
        return values

    def columns(self, rows: Sequence[Any]) -> list[Any]:
        """Return the values of rows by column, as the types say.

        By column, as most need nothing done to them, and the others no loop in Python.
        NULL is None for each type, and some columns of a page have nothing else.
        """
        columns: list[Any] = list(zip(*rows, strict=True))
        for index, convert in self._converters:
            column = columns[index]
            nulls = column.count(None)
            if not nulls:
                columns[index] = (
                    json_texts.load_all(column)
                    if convert is json_texts.loads
                    else map(convert, column)
                )
            elif nulls < len(column):
                columns[index] = [None if value is None else convert(value) for value in column]
        return columns


def _with_json_as_text(statement: sa.Select[Any]) -> sa.Select[Any]:
    """Return a statement that reads JSON as texts.

    PERF: psycopg decodes JSON by a method in Python, and a page of 20 servers has 120 values. So
    decoded by orjson, the page takes 15 % less CPU time.
    """
    columns = (
        sa.cast(column, sa.Text()) if isinstance(column.type, sa.JSON) else column
        for column in statement.selected_columns
    )
    return statement.with_only_columns(*columns, maintain_column_froms=True)


def _converter(column: sa.ColumnElement[Any], dialect: Dialect) -> _Convert | None:
    """Return the function that makes a column's value of the driver's, or None for none.

    It is not called for NULL.
    """
    if isinstance(column.type, sa.Float):
        return None  # every driver returns a float, and psycopg's processor needs a cursor
    if isinstance(column.type, sa.JSON):
        # What the engine's deserializer is as well, but behind two functions for NULL and numbers.
        return json_texts.loads
    convert: _Convert | None = column.type.dialect_impl(dialect).result_processor(dialect, None)
    return convert
