"""The periods in which servers had one size."""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import MOMENT, SERIAL, text

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the table; servers that were launched have had one size so far."""
    op.create_table(
        "usage_periods",
        sa.Column(
            "id", SERIAL, nullable=False,
            autoincrement=True,
        ),
        sa.Column("server_id", text(36), nullable=False),
        sa.Column("project_id", text(255), nullable=False),
        sa.Column("flavor_name", text(255), nullable=False),
        sa.Column("vcpus", sa.Integer(), nullable=False),
        sa.Column("memory_mb", sa.Integer(), nullable=False),
        sa.Column("disk_gb", sa.BigInteger(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_usage_periods"),
    )  # fmt: skip
    op.create_index("ix_usage_periods_server", "usage_periods", ["server_id", "id"])
    op.execute(
        "INSERT INTO usage_periods (server_id, project_id, flavor_name, vcpus, memory_mb, disk_gb,"
        " began_at, ended_at) "
        "SELECT s.id, s.project_id, s.flavor_name, s.vcpus, s.memory_mb,"
        " s.disk_gb + s.ephemeral_gb, s.launched_at, s.terminated_at "
        "FROM servers s "
        "WHERE s.launched_at IS NOT NULL"
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("usage_periods")
