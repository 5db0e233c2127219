"""The table of the records of moves."""

import sqlalchemy as sa

from computeapi.db.tables.columns import (
    MOMENT,
    NAME,
    SERIAL,
    WORD,
    column,
    mapped,
    metadata,
    text,
)
from computeapi.domain.migrations import Migration

migrations = sa.Table(
    "migrations",
    metadata,
    column("id", SERIAL, primary_key=True, autoincrement=True),
    column("uuid", text(36), unique=True),
    column("server_id", text(36)),
    column("user_id", NAME),
    column("project_id", NAME),
    column("type", WORD),
    column("status", WORD),
    column("source_host", NAME, nullable=True),
    column("source_node", NAME, nullable=True),
    column("target_host", NAME, nullable=True),
    column("target_node", NAME, nullable=True),
    column("target_ip", NAME, nullable=True),
    column("old_flavor_id", NAME),
    column("new_flavor_id", NAME),
    column("created_at", MOMENT),
    column("updated_at", MOMENT, nullable=True),
    column("aborted", sa.Boolean()),
    sa.Index("ix_migrations_server", "server_id", "id"),
    # Each worker looks regularly for what it has to remove.
    sa.Index("ix_migrations_source", "source_host", "status"),
    # An id is never given twice, even if the newest row should be removed.
    sqlite_autoincrement=True,
)

MIGRATION = mapped(migrations, Migration)
