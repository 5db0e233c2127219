"""Servers know whether they are connected to a network."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the column. The servers that there are have a network."""
    op.add_column(
        "servers",
        sa.Column("has_network", sa.Boolean(), server_default=sa.true(), nullable=False),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_column("servers", "has_network")
