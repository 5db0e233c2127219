"""Operations that are tried again rest in between.

The type is written out here, not taken from ``tables``: that may change, this may not.
"""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import MOMENT

revision = "0003"
down_revision = "0002"

COLUMNS = ("not_before", "failing_since")


def upgrade() -> None:
    """Add when a queued operation may run, and since when its attempts fail."""
    for name in COLUMNS:
        op.add_column("operations", sa.Column(name, MOMENT, nullable=True))


def downgrade() -> None:
    """Remove both: operations that rested run at once."""
    for name in COLUMNS:
        op.drop_column("operations", name)
