"""Tokens that open consoles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0007"
down_revision = "0006"

_MARIADB = ("mysql", "mariadb")


def _text(length: int) -> sa.types.TypeEngine[str]:
    return (
        sa.String(length)
        .with_variant(sa.String(length, "C"), "postgresql")
        .with_variant(sa.String(length, "utf8mb4_bin"), *_MARIADB)
    )


def upgrade() -> None:
    """Add the table."""
    moment = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), *_MARIADB)
    op.create_table(
        "console_tokens",
        sa.Column("token_hash", _text(64), nullable=False),
        sa.Column("access_hash", _text(64), nullable=False),
        sa.Column("server_id", _text(36), nullable=False),
        sa.Column("console_type", _text(32), nullable=False),
        sa.Column("host", _text(255), nullable=False),
        sa.Column("relay_host", _text(255), nullable=False),
        sa.Column("relay_port", sa.Integer(), nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_console_tokens"),
    )
    for column in ("access_hash", "server_id", "expires_at"):
        op.create_index(f"ix_console_tokens_{column}", "console_tokens", [column])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("console_tokens")
