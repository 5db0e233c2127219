"""The table of operations."""

import sqlalchemy as sa

from computeapi.db.tables.columns import (
    JSON,
    MOMENT,
    NAME,
    SERIAL,
    WORD,
    FaultType,
    column,
    mapped,
    metadata,
    text,
)
from computeapi.domain.operations import Operation

operations = sa.Table(
    "operations",
    metadata,
    column("id", SERIAL, primary_key=True, autoincrement=True),
    column("server_id", text(36)),
    column("project_id", NAME),
    column("user_id", NAME),
    column("request_id", NAME),
    column("host", NAME),
    column("action", WORD),
    column("params", JSON),
    column("state", WORD),
    column("created_at", MOMENT),
    column("updated_at", MOMENT, nullable=True),
    column("finished_at", MOMENT, nullable=True),
    column("attempts", sa.Integer()),
    column("lease_owner", NAME, nullable=True),
    column("lease_token", sa.Integer()),
    column("lease_until", MOMENT, nullable=True),
    column("message", text(), nullable=True),
    column("not_before", MOMENT, nullable=True),
    column("failing_since", MOMENT, nullable=True),
    column("stage", WORD, server_default="run"),
    column("source_host", NAME, nullable=True),
    column("target_host", NAME, nullable=True),
    column("vm_state_before", WORD, nullable=True),
    column("failure", text(), nullable=True),
    column("migration_uuid", text(36), nullable=True),
    column("fault", FaultType(), nullable=True),
    # Finished operations stay, as a server's history: these find the unfinished among them.
    sa.Index("ix_operations_host", "host", "state", "id"),
    sa.Index("ix_operations_server", "server_id", "state", "id"),
    # An id is never given twice, even if the newest row should be removed.
    sqlite_autoincrement=True,
)

OPERATION = mapped(operations, Operation)
