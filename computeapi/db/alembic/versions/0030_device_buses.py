"""Block devices have a kind and a bus."""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import text

revision = "0030"
down_revision = "0029"

_NAMES = ("device_type", "disk_bus")


def upgrade() -> None:
    """Add the columns."""
    for name in _NAMES:
        op.add_column("block_devices", sa.Column(name, text(32), nullable=True))


def downgrade() -> None:
    """Remove them: all volumes are disks on the bus of their guest."""
    for name in _NAMES:
        op.drop_column("block_devices", name)
