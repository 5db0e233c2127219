"""The table of the notifications that wait to be sent."""

import sqlalchemy as sa

from computeapi.db.tables.columns import (
    JSON,
    MOMENT,
    NAME,
    SERIAL,
    WORD,
    column,
    mapped,
    metadata,
    text,
)
from computeapi.domain.notifications import Notification

notifications = sa.Table(
    "notifications",
    metadata,
    column("id", SERIAL, primary_key=True, autoincrement=True),
    column("message_id", text(36)),
    column("event_type", NAME),
    column("priority", WORD),
    column("publisher_id", text()),
    column("created_at", MOMENT),
    column("context", JSON),
    column("payload", JSON),
    # A publisher that was suspended removes only rows that it sent: SQLite uses no id again.
    sqlite_autoincrement=True,
)

NOTIFICATION = mapped(notifications, Notification)
