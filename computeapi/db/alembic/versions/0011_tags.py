"""Servers have a description and tags."""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import LONG_TEXT, text

revision = "0011"
down_revision = "0010"

NAME = text(255)


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
