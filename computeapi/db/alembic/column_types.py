"""The types of columns in migrations. A type here never changes, as databases were made with it.

Text is compared byte by byte on every database, as SQLite does.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeEngine

_MARIADB = ("mysql", "mariadb")


def text(length: int) -> TypeEngine[str]:
    """Return the type of a text.

    :param length: the most characters that it may have.
    """
    return (
        sa.String(length)
        .with_variant(sa.String(length, "C"), "postgresql")
        .with_variant(sa.String(length, "utf8mb4_bin"), *_MARIADB)
    )


LONG_TEXT = (
    sa.Text()
    .with_variant(sa.Text(collation="C"), "postgresql")
    .with_variant(mysql.LONGTEXT(collation="utf8mb4_bin"), *_MARIADB)
)
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), *_MARIADB)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: None is kept as the database's NULL, not as JSON's.
JSON = sa.JSON(none_as_null=True)
