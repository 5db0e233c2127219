"""Operations that are undone keep the fault of the stage that failed."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Add the column."""
    op.add_column("operations", sa.Column("fault", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Remove the column; the message of the fault stays."""
    op.drop_column("operations", "fault")
