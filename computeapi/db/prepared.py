"""SELECTs compiled once and run on the driver's own cursor.

``Connection.execute()`` builds an execution context, a cursor strategy and a result around each
statement. Where a request is one server read by its id, that takes twice as long as the database.
"""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError

Row = list[Any]
_Convert = Callable[[Any], Any]


class Prepared:
    """A SELECT of columns, with the values converted as SQLAlchemy's types say.

    :param statement: its parameters have values of their own, or are given each time.
    """

    def __init__(self, statement: sa.Select[Any]) -> None:
        self.statement = statement
        self._plans: dict[str, _Plan] = {}

    def rows(self, connection: Connection, parameters: Mapping[str, Any]) -> list[Row]:
        """Run it.

        :raises sqlalchemy.exc.DBAPIError: what the driver raises, as SQLAlchemy wraps it.
        """
        dialect = connection.dialect
        plan = self._plan(dialect)
        raw = connection.connection
        cursor = raw.cursor()
        try:
            cursor.execute(plan.sql, plan.arguments(parameters))
            found = cursor.fetchall()
        except dialect.loaded_dbapi.Error as error:
            lost = dialect.is_disconnect(error, raw, cursor)
            raise DBAPIError.instance(
                plan.sql,
                None,
                error,
                dialect.loaded_dbapi.Error,
                hide_parameters=True,
                connection_invalidated=lost,
                dialect=dialect,
            ) from error
        finally:
            cursor.close()
        return [plan.converted(row) for row in found]

    def text(self, dialect: Dialect, parameters: Mapping[str, Any]) -> tuple[str, Any]:
        """Return the SQL and the parameters that the driver is given."""
        plan = self._plan(dialect)
        return plan.sql, plan.arguments(parameters)

    def _plan(self, dialect: Dialect) -> "_Plan":
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = _Plan(self.statement, dialect)
        return plan


class _Plan:
    """What a statement is for one kind of database."""

    __slots__ = ("_binds", "_converters", "_names", "_values", "sql")

    def __init__(self, statement: sa.Select[Any], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._values = dict(compiled.params)
        self._names = compiled.positiontup if compiled.positional else None
        self._binds: dict[str, _Convert] = {}
        for name, bind in compiled.binds.items():
            convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if convert is not None:
                self._binds[name] = convert
        converters = [
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in statement.selected_columns
        ]
        self._converters = [(i, convert) for i, convert in enumerate(converters) if convert]

    def arguments(self, parameters: Mapping[str, Any]) -> Any:
        """Return the parameters as the driver takes them."""
        values = self._values | parameters
        for name, convert in self._binds.items():
            values[name] = convert(values[name])
        names = self._names
        return values if names is None else tuple([values[name] for name in names])

    def converted(self, row: Any) -> Row:
        """Return a row's values as the types say."""
        values = list(row)
        for index, convert in self._converters:
            values[index] = convert(values[index])
        return values
