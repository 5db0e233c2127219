"""Limits of quota classes, projects and users; server groups."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0012"
down_revision = "0011"

_MARIADB = ("mysql", "mariadb")


def _text(length: int) -> sa.types.TypeEngine[str]:
    return (
        sa.String(length)
        .with_variant(sa.String(length, "C"), "postgresql")
        .with_variant(sa.String(length, "utf8mb4_bin"), *_MARIADB)
    )


def upgrade() -> None:
    """Add the tables, and the group of a server."""
    op.create_table(
        "quota_sets",
        sa.Column("project_id", _text(255), nullable=False),
        sa.Column("user_id", _text(255), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "user_id", name="pk_quota_sets"),
    )
    op.create_table(
        "quota_classes",
        sa.Column("name", _text(255), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_quota_classes"),
    )
    op.create_table(
        "server_groups",
        sa.Column("id", _text(36), nullable=False),
        sa.Column("project_id", _text(255), nullable=False),
        sa.Column("user_id", _text(255), nullable=False),
        sa.Column("name", _text(255), nullable=False),
        sa.Column("policy", _text(32), nullable=False),
        sa.Column("max_server_per_host", sa.Integer(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime().with_variant(mysql.DATETIME(fsp=6), *_MARIADB),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_server_groups"),
    )
    op.create_index("ix_server_groups_project", "server_groups", ["project_id", "created_at", "id"])
    op.add_column("servers", sa.Column("server_group_id", _text(36), nullable=True))
    op.create_index("ix_servers_server_group_id", "servers", ["server_group_id"])


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_servers_server_group_id", "servers")
    op.drop_column("servers", "server_group_id")
    for table in ("server_groups", "quota_classes", "quota_sets"):
        op.drop_table(table)
