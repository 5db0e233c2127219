"""The types of columns, and the parts that every table is made of."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from computeapi.domain.servers import Fault, Move, Size


def text(length: int | None = None) -> TypeEngine[str]:
    """Return a text type that every database compares and sorts by code point.

    A locale's order would differ from one database to the next, and MariaDB would
    take "A" and "a" for the same name.
    """
    plain = sa.String(length) if length else sa.Text()
    return plain.with_variant(
        sa.String(length, "C") if length else sa.Text(collation="C"), "postgresql"
    ).with_variant(
        sa.String(length, "utf8mb4_bin") if length else mysql.LONGTEXT(collation="utf8mb4_bin"),
        "mysql",
        "mariadb",
    )


class FaultType(TypeDecorator[Fault]):
    """A server's fault as one JSON column: one test for None is all it costs most rows."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Fault | None, dialect: Dialect) -> dict[str, Any] | None:
        """Turn a fault into values of JSON."""
        if value is None:
            return None
        return {
            "code": value.code,
            "message": value.message,
            "created": value.created.isoformat(),
            "details": value.details,
        }

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> Fault | None:
        """Turn a row's value into a fault."""
        if value is None:
            return None
        created = datetime.fromisoformat(value["created"])
        return Fault(value["code"], value["message"], created, value["details"])


class MoveType(TypeDecorator[Move]):
    """A server's move as one JSON column."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Move | None, dialect: Dialect) -> dict[str, Any] | None:
        """Turn a move into values of JSON."""
        if value is None:
            return None
        moved_at = value.moved_at.isoformat() if value.moved_at else None
        return asdict(value) | {"moved_at": moved_at}

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> Move | None:
        """Turn a row's value into a move."""
        if value is None:
            return None
        moved_at = datetime.fromisoformat(value["moved_at"]) if value["moved_at"] else None
        sizes = {name: Size(**value[name]) for name in ("old", "new")}
        return Move(**{**value, **sizes, "moved_at": moved_at})


class TagsType(TypeDecorator[list[str]]):
    """The tags of a server as one text, ``,one,two,``: commas are no part of a tag.

    A filter looks for ``,one,`` in it.
    """

    impl = text()
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str:
        """Turn tags into a text."""
        return f",{','.join(value)}," if value else ""

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[str]:
        """Turn a row's value into tags."""
        return value[1:-1].split(",") if value else []


#: Types of columns that hold more than one value.
COMPOSITE = (FaultType, MoveType, TagsType)
TAGS = TagsType()
NAME = text(255)
WORD = text(32)
JSON = sa.JSON(none_as_null=True)
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def column(name: str, kind: TypeEngine[Any], **options: Any) -> sa.Column[Any]:
    """Return a column, which takes no NULL unless ``nullable`` says so."""
    return sa.Column(name, kind, **{"nullable": False, **options})


def mapped(table: sa.Table, kind: type) -> list[sa.Column[Any]]:
    """Return the columns that make up a domain object, in the order of its fields.

    :raises TypeError: when a field of ``kind`` has no column.
    """
    names = [field.name for field in fields(kind)]
    missing = [name for name in names if name not in table.columns]
    if missing:
        raise TypeError(f"Table {table.name} lacks the fields {missing} of {kind.__name__}")
    return [table.columns[name] for name in names]
