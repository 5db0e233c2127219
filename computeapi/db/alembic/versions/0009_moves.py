"""Servers can be moved to another size and another host."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_INDEX = "ix_servers_project_usage"
_OWNER = ("project_id", "deleted")
_SIZES = ("vcpus", "memory_mb", "disk_gb", "image_gb", "ephemeral_gb", "swap_mb")
_RESERVED = ("reserved_vcpus", "reserved_memory_mb")


def upgrade() -> None:
    """Add the move of a server, and the resources that count beyond its size meanwhile."""
    op.add_column("servers", sa.Column("move", sa.JSON(), nullable=True))
    for name in _RESERVED:
        column = sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        op.add_column("servers", column)
    op.drop_index(_INDEX, "servers")
    op.create_index(_INDEX, "servers", [*_OWNER, *_SIZES, *_RESERVED])


def downgrade() -> None:
    """Remove them. A server that waits to be confirmed stays at the size that it has."""
    op.drop_index(_INDEX, "servers")
    for name in ("move", *_RESERVED):
        op.drop_column("servers", name)
    op.create_index(_INDEX, "servers", [*_OWNER, *_SIZES])
