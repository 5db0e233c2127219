"""Pages by marker: each goes on where the last item that was seen stands in the order.

A value that is NULL sorts before all others, in every database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Key:
    """One column to sort by."""

    column: sa.Column[Any]
    descending: bool

    @property
    def name(self) -> str:
        """The field's name."""
        return self.column.name


def sort_keys(
    sort: Sequence[tuple[str, str]], sortable: Mapping[str, sa.Column[Any]]
) -> tuple[Key, ...]:
    """Return the columns to sort by; ``id`` comes last, so that no two items are level.

    :param sort: names and "asc" or "desc"; of a name given twice the first counts.
    :raises ValueError: when a name or a direction is unknown.
    """
    keys: dict[str, Key] = {}
    direction = "asc"
    for name, direction in sort:
        if name not in sortable or direction not in ("asc", "desc"):
            raise ValueError(f"Cannot sort by {name!r} {direction!r}")
        keys.setdefault(name, Key(sortable[name], direction == "desc"))
    keys.setdefault("id", Key(sortable["id"], direction == "desc"))
    names = list(keys)
    return tuple(keys[name] for name in names[: names.index("id") + 1])


def order_by(keys: Sequence[Key]) -> list[sa.ColumnElement[Any]]:
    """Return the terms of ORDER BY."""
    terms: list[sa.ColumnElement[Any]] = []
    for key in keys:
        columns = [key.column.is_not(None)] if key.column.nullable else []
        for column in [*columns, key.column]:
            terms.append(column.desc() if key.descending else column.asc())
    return terms


def is_one_range(keys: Sequence[Key]) -> bool:
    """Return whether one row-value comparison selects the next rows: an index answers it."""
    return not any(key.column.nullable for key in keys) and all(
        one.descending == two.descending for one, two in pairwise(keys)
    )


def after_parameters(keys: Sequence[Key]) -> sa.ColumnElement[bool]:
    """Say "after the marker" with a parameter ``marker_NAME`` for each key's value.

    Only for keys that :func:`is_one_range`.
    """
    columns = sa.tuple_(*(key.column for key in keys))
    values = sa.tuple_(*(sa.bindparam(f"marker_{key.name}", type_=key.column.type) for key in keys))
    return columns < values if keys[0].descending else columns > values


def after(keys: Sequence[Key], values: Sequence[Any]) -> sa.ColumnElement[bool]:
    """Say "after the marker", whose values these are."""
    level: list[sa.ColumnElement[bool]] = []
    choices = []
    for key, value in zip(keys, values, strict=True):
        choices.append(sa.and_(*level, _beyond(key, value)))
        level.append(key.column.is_(None) if value is None else key.column == _bound(key, value))
    return sa.or_(*choices)


def _beyond(key: Key, value: Any) -> sa.ColumnElement[bool]:
    if value is None:
        return sa.false() if key.descending else key.column.is_not(None)
    if not key.descending:
        return key.column > _bound(key, value)
    smaller = key.column < _bound(key, value)
    return sa.or_(smaller, key.column.is_(None)) if key.column.nullable else smaller


def _bound(key: Key, value: Any) -> sa.BindParameter[Any]:
    return sa.bindparam(None, value, type_=key.column.type)
