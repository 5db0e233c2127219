"""Count the root disks that are as large as their images.

Servers made before this have 0: how large their images are, only the image service knows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_INDEXES = (
    ("ix_servers_host_usage", ["deleted", "host"]),
    ("ix_servers_project_usage", ["project_id", "deleted"]),
)
_BEFORE = ["vcpus", "memory_mb", "disk_gb", "ephemeral_gb", "swap_mb"]
_AFTER = ["vcpus", "memory_mb", "disk_gb", "image_gb", "ephemeral_gb", "swap_mb"]


def upgrade() -> None:
    """Add the column, and put it into the indexes that use is counted by."""
    op.add_column(
        "servers", sa.Column("image_gb", sa.Integer(), nullable=False, server_default="0")
    )
    _index(_AFTER)


def downgrade() -> None:
    """Remove the column."""
    _index(_BEFORE)
    op.drop_column("servers", "image_gb")


def _index(sizes: list[str]) -> None:
    for name, columns in _INDEXES:
        op.drop_index(name, "servers")
        op.create_index(name, "servers", [*columns, *sizes])
