"""Hosts belong to the state folder of their worker.

The hosts that there are get an owner when their worker starts the next time.
"""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import text

revision = "0004"
down_revision = "0003"

NAME = text(255)
COLUMNS = ("owner_folder", "owner_place", "owner_worker")


def upgrade() -> None:
    """Add the owner's columns."""
    for name in COLUMNS:
        op.add_column("hosts", sa.Column(name, NAME, nullable=True))


def downgrade() -> None:
    """Remove them."""
    for name in COLUMNS:
        op.drop_column("hosts", name)
