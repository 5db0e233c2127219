"""Servers that are shelved have an image of their disk."""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import MOMENT, text

revision = "0017"
down_revision = "0016"

UUID = text(36)


def upgrade() -> None:
    """Add both."""
    op.add_column("servers", sa.Column("shelved_image_id", UUID, nullable=True))
    op.add_column("servers", sa.Column("shelved_at", MOMENT, nullable=True))
    op.create_table(
        "shelved_images",
        sa.Column("image_id", UUID, nullable=False),
        sa.Column("server_id", UUID, nullable=False),
        sa.PrimaryKeyConstraint("image_id", name="pk_shelved_images"),
    )


def downgrade() -> None:
    """Remove both; servers that are shelved cannot be unshelved any more."""
    op.drop_table("shelved_images")
    for name in ("shelved_at", "shelved_image_id"):
        op.drop_column("servers", name)
