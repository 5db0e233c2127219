"""Limits of quota classes, projects and users; server groups."""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import MOMENT, text

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the tables, and the group of a server."""
    op.create_table(
        "quota_sets",
        sa.Column("project_id", text(255), nullable=False),
        sa.Column("user_id", text(255), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "user_id", name="pk_quota_sets"),
    )
    op.create_table(
        "quota_classes",
        sa.Column("name", text(255), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_quota_classes"),
    )
    op.create_table(
        "server_groups",
        sa.Column("id", text(36), nullable=False),
        sa.Column("project_id", text(255), nullable=False),
        sa.Column("user_id", text(255), nullable=False),
        sa.Column("name", text(255), nullable=False),
        sa.Column("policy", text(32), nullable=False),
        sa.Column("max_server_per_host", sa.Integer(), nullable=True),
        sa.Column(
            "created_at",
            MOMENT,
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_server_groups"),
    )
    op.create_index("ix_server_groups_project", "server_groups", ["project_id", "created_at", "id"])
    op.add_column("servers", sa.Column("server_group_id", text(36), nullable=True))
    op.create_index("ix_servers_server_group_id", "servers", ["server_group_id"])


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_servers_server_group_id", "servers")
    op.drop_column("servers", "server_group_id")
    for table in ("server_groups", "quota_classes", "quota_sets"):
        op.drop_table(table)
