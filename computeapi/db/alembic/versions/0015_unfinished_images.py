"""Images of servers are noted before they are made in the image store."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0015"
down_revision = "0014"

UUID = (
    sa.String(36)
    .with_variant(sa.String(36, "C"), "postgresql")
    .with_variant(sa.String(36, "utf8mb4_bin"), "mysql", "mariadb")
)
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "unfinished_images",
        sa.Column("image_id", UUID, nullable=False),
        sa.Column("server_id", UUID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("image_id", name="pk_unfinished_images"),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("unfinished_images")
