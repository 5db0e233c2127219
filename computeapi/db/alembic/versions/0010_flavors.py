"""Flavors have descriptions, extra specs and projects that may use them; servers keep all that
their flavor and image ask for.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import JSON, LONG_TEXT, text

revision = "0010"
down_revision = "0009"

NAME = text(255)
#: Columns that no row has a value of yet: table, name, type and the value for the rows there are.
COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine[Any]], ...] = (
    ("flavors", "extra_specs", JSON),
    ("servers", "flavor_name", NAME),
    ("servers", "extra_specs", JSON),
    ("servers", "image_properties", JSON),
)


def upgrade() -> None:
    """Add them. A server's flavor has the name that it has now, or its id if it is gone."""
    op.create_table(
        "flavor_access",
        sa.Column("flavor_id", NAME, nullable=False),
        sa.Column("project_id", NAME, nullable=False),
        sa.PrimaryKeyConstraint("flavor_id", "project_id", name="pk_flavor_access"),
    )
    op.add_column("flavors", sa.Column("description", LONG_TEXT, nullable=True))
    for table, name, kind in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    _fill()
    for table in ("flavors", "servers"):
        with op.batch_alter_table(table) as changed:
            for of_table, name, kind in COLUMNS:
                if of_table == table:
                    changed.alter_column(name, existing_type=kind, nullable=False)


def _fill() -> None:
    connection = op.get_bind()
    flavors = sa.table("flavors", sa.column("id"), sa.column("name"))
    flavor_id: sa.ColumnClause[str] = sa.column("flavor_id")
    name = sa.select(flavors.c.name).where(flavors.c.id == flavor_id).scalar_subquery()
    for table, column, kind in COLUMNS:
        if kind is JSON:
            changed = sa.table(table, sa.column(column, JSON))
            connection.execute(sa.update(changed).values({column: {}}))
    servers = sa.table("servers", sa.column("flavor_name"), flavor_id)
    connection.execute(sa.update(servers).values(flavor_name=sa.func.coalesce(name, flavor_id)))


def downgrade() -> None:
    """Remove them."""
    for table, name, _ in COLUMNS:
        op.drop_column(table, name)
    op.drop_column("flavors", "description")
    op.drop_table("flavor_access")
