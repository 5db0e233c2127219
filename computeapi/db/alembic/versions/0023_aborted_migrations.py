"""Live migrations can be aborted."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add the column that says so."""
    op.add_column("migrations", sa.Column("aborted", sa.Boolean(), nullable=True))
    migrations = sa.table("migrations", sa.column("aborted", sa.Boolean()))
    op.get_bind().execute(sa.update(migrations).values(aborted=False))
    with op.batch_alter_table("migrations") as changed:
        changed.alter_column("aborted", existing_type=sa.Boolean(), nullable=False)


def downgrade() -> None:
    """Remove it."""
    op.drop_column("migrations", "aborted")
