"""Servers have a description and tags."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0011"
down_revision = "0010"

_MARIADB = ("mysql", "mariadb")
LONG_TEXT = (
    sa.Text()
    .with_variant(sa.Text(collation="C"), "postgresql")
    .with_variant(mysql.LONGTEXT(collation="utf8mb4_bin"), *_MARIADB)
)
NAME = (
    sa.String(255)
    .with_variant(sa.String(255, "C"), "postgresql")
    .with_variant(sa.String(255, "utf8mb4_bin"), *_MARIADB)
)


def upgrade() -> None:
    """Add them: no server has any yet."""
    op.add_column("servers", sa.Column("description", NAME, nullable=True))
    op.add_column(
        "servers", sa.Column("tags", LONG_TEXT, nullable=False, server_default=sa.text("''"))
    )


def downgrade() -> None:
    """Remove them."""
    for name in ("description", "tags"):
        op.drop_column("servers", name)
