"""Servers keep the sizes of local disks that their request chose."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Add the column."""
    op.add_column("servers", sa.Column("chosen_disks", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Remove the column; the servers have the disks of their flavors."""
    op.drop_column("servers", "chosen_disks")
