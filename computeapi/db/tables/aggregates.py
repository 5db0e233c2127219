"""The tables of aggregates and of the hosts in them."""

import sqlalchemy as sa

from computeapi.db.tables.columns import JSON, MOMENT, NAME, SERIAL, column, metadata, text

aggregates = sa.Table(
    "aggregates",
    metadata,
    column("id", SERIAL, primary_key=True, autoincrement=True),
    column("uuid", text(36), unique=True),
    column("name", NAME, unique=True),
    column("metadata", JSON),
    column("created_at", MOMENT),
    column("updated_at", MOMENT, nullable=True),
    # An id is never given twice, even if the newest row should be removed.
    sqlite_autoincrement=True,
)

aggregate_hosts = sa.Table(
    "aggregate_hosts",
    metadata,
    column("aggregate_id", sa.BigInteger(), primary_key=True, autoincrement=False),
    column("host", NAME, primary_key=True),
)
