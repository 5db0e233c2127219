"""Workers look for the evacuations from their host."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add an index of the records of moves by their source."""
    op.create_index("ix_migrations_source", "migrations", ["source_host", "status"])


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_migrations_source", "migrations")
