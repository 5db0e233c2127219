"""The table of leases on tasks that one process of several carries out."""

import sqlalchemy as sa

from computeapi.db.tables.columns import MOMENT, NAME, WORD, column, metadata

leases = sa.Table(
    "leases",
    metadata,
    column("name", WORD, primary_key=True),
    column("owner", NAME),
    column("held_until", MOMENT),
)
