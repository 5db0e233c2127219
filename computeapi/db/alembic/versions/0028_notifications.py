"""Notifications wait in a table until the process that has the lease has sent them."""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import JSON, LONG_TEXT, MOMENT, SERIAL, text

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Make the tables of notifications and of leases."""
    op.create_table(
        "notifications",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("message_id", text(36), nullable=False),
        sa.Column("event_type", text(255), nullable=False),
        sa.Column("priority", text(32), nullable=False),
        sa.Column("publisher_id", LONG_TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("context", JSON, nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "leases",
        sa.Column("name", text(32), nullable=False),
        sa.Column("owner", text(255), nullable=False),
        sa.Column("held_until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )


def downgrade() -> None:
    """Remove the tables, and the notifications that were not sent."""
    op.drop_table("leases")
    op.drop_table("notifications")
