"""Servers claim hosts by rows; operations have stages.

The servers that there are get the claims that they were counted by before.
"""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import LONG_TEXT, text

revision = "0005"
down_revision = "0004"


STAGE = (
    ("source_host", text(255)),
    ("target_host", text(255)),
    ("vm_state_before", text(32)),
    ("failure", LONG_TEXT),
)
USED = ("used_instances", "used_vcpus", "used_memory_mb", "used_disk_gb")
SIZES = ("vcpus", "memory_mb", "disk_gb", "image_gb", "ephemeral_gb", "swap_mb")


def upgrade() -> None:
    """Add claims and stages."""
    op.create_table(
        "claims",
        sa.Column("server_id", text(36), nullable=False),
        sa.Column("host", text(255), nullable=False),
        sa.Column("vcpus", sa.Integer(), nullable=False),
        sa.Column("memory_mb", sa.Integer(), nullable=False),
        sa.Column("disk_gb", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("server_id", "host", name="pk_claims"),
    )
    op.create_index("ix_claims_host", "claims", ["host", "vcpus", "memory_mb", "disk_gb"])
    _claim()
    op.drop_index("ix_servers_host_usage", "servers")
    op.create_index("ix_servers_host", "servers", ["deleted", "host"])
    for name in USED:
        column = sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        op.add_column("hosts", column)
    op.add_column("operations", sa.Column("stage", text(32), nullable=False, server_default="run"))
    for name, kind in STAGE:
        op.add_column("operations", sa.Column(name, kind, nullable=True))


def _claim() -> None:
    columns = ("id", "host", "deleted", *SIZES)
    servers = sa.table("servers", *[sa.column(name) for name in columns])
    c = servers.c
    disk = sa.cast(c.disk_gb, sa.BigInteger()) + c.image_gb + c.ephemeral_gb
    swap = (sa.cast(c.swap_mb, sa.BigInteger()) + 1023) // 1024
    placed = sa.select(c.id, c.host, c.vcpus, c.memory_mb, disk + swap).where(
        c.deleted == sa.false(), c.host.is_not(None)
    )
    names = ("server_id", "host", "vcpus", "memory_mb", "disk_gb")
    claims = sa.table("claims", *(sa.column(name) for name in names))
    op.execute(sa.insert(claims).from_select(list(names), placed))


def downgrade() -> None:
    """Remove them. Operations that are past their first stage begin anew."""
    for name in ("stage", *(name for name, _ in STAGE)):
        op.drop_column("operations", name)
    for name in USED:
        op.drop_column("hosts", name)
    op.drop_index("ix_servers_host", "servers")
    op.create_index("ix_servers_host_usage", "servers", ["deleted", "host", *SIZES])
    op.drop_table("claims")
