"""Tokens that open consoles."""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import MOMENT, text

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "console_tokens",
        sa.Column("token_hash", text(64), nullable=False),
        sa.Column("access_hash", text(64), nullable=False),
        sa.Column("server_id", text(36), nullable=False),
        sa.Column("console_type", text(32), nullable=False),
        sa.Column("host", text(255), nullable=False),
        sa.Column("relay_host", text(255), nullable=False),
        sa.Column("relay_port", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_console_tokens"),
    )
    for column in ("access_hash", "server_id", "expires_at"):
        op.create_index(f"ix_console_tokens_{column}", "console_tokens", [column])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("console_tokens")
