"""Servers can be locked."""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the lock of a server: no server has one yet."""
    locked: sa.Column[bool] = sa.Column(
        "locked", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("servers", locked)
    op.add_column("servers", sa.Column("locked_by", text(32), nullable=True))
    op.add_column("servers", sa.Column("locked_reason", text(255), nullable=True))


def downgrade() -> None:
    """Remove it."""
    for name in ("locked", "locked_by", "locked_reason"):
        op.drop_column("servers", name)
