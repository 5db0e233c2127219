"""Passwords that guests have posted."""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import text

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "server_passwords",
        sa.Column("server_id", text(36), nullable=False),
        sa.Column("password", text(1020), nullable=False),
        sa.PrimaryKeyConstraint("server_id", name="pk_server_passwords"),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("server_passwords")
