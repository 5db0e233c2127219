"""Servers keep the availability zone and the scheduler hints that their request named."""

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import JSON, text

revision = "0014"
down_revision = "0013"

NAME = text(255)


def upgrade() -> None:
    """Add them. The requests for the servers that there are were not kept."""
    op.add_column("servers", sa.Column("pinned_zone", NAME, nullable=True))
    op.add_column("servers", sa.Column("scheduler_hints", JSON, nullable=True))
    servers = sa.table("servers", sa.column("scheduler_hints", JSON))
    op.get_bind().execute(sa.update(servers).values(scheduler_hints={}))
    with op.batch_alter_table("servers") as changed:
        changed.alter_column("scheduler_hints", existing_type=JSON, nullable=False)


def downgrade() -> None:
    """Remove them."""
    for name in ("pinned_zone", "scheduler_hints"):
        op.drop_column("servers", name)
