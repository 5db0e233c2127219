"""Servers have ports of a network service."""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import text

revision = "0026"
down_revision = "0025"

UUID, NAME = text(36), text(255)


def upgrade() -> None:
    """Add the table, and the network cards of servers."""
    op.add_column("servers", sa.Column("interfaces", sa.JSON(), nullable=True))
    op.create_table(
        "server_ports",
        sa.Column("id", UUID, nullable=False),
        sa.Column("server_id", UUID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("network_id", UUID, nullable=False),
        sa.Column("port_id", UUID, nullable=True),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("fixed_ip", text(45), nullable=True),
        sa.Column("tag", NAME, nullable=True),
        sa.Column("security_groups", sa.JSON(), nullable=False),
        sa.Column("bound", sa.JSON(), nullable=True),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_server_ports"),
    )
    op.create_index("ix_server_ports_server", "server_ports", ["server_id", "position"])


def downgrade() -> None:
    """Remove both; the ports themselves stay with the network service."""
    op.drop_table("server_ports")
    op.drop_column("servers", "interfaces")
