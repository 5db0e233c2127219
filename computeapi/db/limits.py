"""The limits of columns, checked before a statement reaches the database.

SQLite keeps a text of any length, a number of 64 bits and a NUL character; PostgreSQL and MariaDB
do not. A request has one answer on all of them, and the answer names the field.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa

from computeapi.db import tables
from computeapi.domain import names
from computeapi.domain.errors import Invalid

_INTEGERS = range(-(2**31), 2**31)


def check_row(table: str, row: Mapping[str, Any]) -> None:
    """Check the values of a row to be inserted, or of columns to be changed.

    :param table: the table's name.
    :param row: parameters of a statement; those that are not named as a column are left alone.
    :raises Invalid: when a column cannot hold its value.
    """
    lengths, integers = _columns(table)
    for name, value in row.items():
        if isinstance(value, str):
            length = lengths.get(name)
            if length is not None and len(value) > length:
                names.check_length(name, value, length)
            if "\0" in value:
                raise Invalid(f"Invalid input for field {name}: it holds a NUL character.")
        elif name in integers and value is not None and value not in _INTEGERS:
            raise Invalid(
                f"Invalid input for field {name}: {value} is not between {_INTEGERS[0]} and "
                f"{_INTEGERS[-1]}."
            )


def check_values(values: Iterable[Any]) -> None:
    """Check the values that rows are looked up by.

    :raises Invalid: when one is a text that no database can be asked for.
    """
    if not can_be_kept(values):
        raise Invalid("Invalid input: a value holds a NUL character.")


def can_be_kept(values: Iterable[Any]) -> bool:
    """Return whether every database can keep these values."""
    return not any(isinstance(value, str) and "\0" in value for value in values)


def can_hold(column: sa.Column[Any], value: object) -> bool:
    """Return whether a column may hold a value; a longer text may be compared with it, too."""
    if isinstance(value, str):
        return "\0" not in value
    if isinstance(value, int) and isinstance(column.type, sa.Integer):
        return value in _INTEGERS
    return True


@cache
def _columns(table: str) -> tuple[Mapping[str, int | None], frozenset[str]]:
    """Return the lengths of a table's text columns (None: any), and its integer columns."""
    columns = tables.metadata.tables[table].columns
    lengths = {c.name: c.type.length for c in columns if isinstance(c.type, sa.String)}
    return lengths, frozenset(c.name for c in columns if type(c.type) is sa.Integer)
