"""Servers keep the image that they are rescued with."""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import text

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add it."""
    op.add_column("servers", sa.Column("rescue_image_id", text(255), nullable=True))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("servers", "rescue_image_id")
