"""Servers have volumes."""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import JSON, LONG_TEXT, MOMENT, text

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Make the table of block devices."""
    op.create_table(
        "block_devices",
        sa.Column("id", text(36), nullable=False),
        sa.Column("server_id", text(36), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", text(32), nullable=False),
        sa.Column("source", text(32), nullable=False),
        sa.Column("source_id", text(36), nullable=True),
        sa.Column("volume_id", text(36), nullable=True),
        sa.Column("attachment_id", text(36), nullable=True),
        sa.Column("device", text(255), nullable=True),
        sa.Column("tag", text(255), nullable=True),
        sa.Column("delete_on_termination", sa.Boolean(), nullable=False),
        sa.Column("boot_index", sa.Integer(), nullable=True),
        sa.Column("volume_size", sa.Integer(), nullable=True),
        sa.Column("volume_type", text(255), nullable=True),
        sa.Column("made", sa.Boolean(), nullable=False),
        sa.Column("host", text(255), nullable=True),
        sa.Column("connection", JSON, nullable=True),
        sa.Column("message", LONG_TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block_devices")),
        sa.UniqueConstraint(
            "server_id", "volume_id", name=op.f("uq_block_devices_server_id_volume_id")
        ),
    )
    op.create_index(op.f("ix_block_devices_volume_id"), "block_devices", ["volume_id"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("block_devices")
