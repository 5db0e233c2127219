"""Servers whose delete is deferred keep when it was asked for, and do not count against quotas."""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import MOMENT, text

revision = "0024"
down_revision = "0023"

_INDEX = "ix_servers_project_usage"
_COUNTED = (
    "project_id",
    "deleted",
    "vcpus",
    "memory_mb",
    "disk_gb",
    "image_gb",
    "ephemeral_gb",
    "swap_mb",
    "reserved_vcpus",
    "reserved_memory_mb",
)


def upgrade() -> None:
    """Add both, and the index by which a count leaves servers out."""
    op.add_column("servers", sa.Column("soft_deleted_at", MOMENT, nullable=True))
    op.add_column("servers", sa.Column("vm_state_before_delete", text(32), nullable=True))
    op.drop_index(_INDEX, "servers")
    op.create_index(_INDEX, "servers", [*_COUNTED, "vm_state", "task_state"])


def downgrade() -> None:
    """Remove them; servers whose delete is deferred cannot be restored any more."""
    op.drop_index(_INDEX, "servers")
    op.create_index(_INDEX, "servers", [*_COUNTED])
    for name in ("vm_state_before_delete", "soft_deleted_at"):
        op.drop_column("servers", name)
