"""The table of console tokens."""

import sqlalchemy as sa

from computeapi.db.tables.columns import MOMENT, NAME, WORD, column, mapped, metadata, text
from computeapi.domain.console_tokens import ConsoleToken

console_tokens = sa.Table(
    "console_tokens",
    metadata,
    column("token_hash", text(64), primary_key=True),
    column("access_hash", text(64), index=True),
    column("server_id", text(36), index=True),
    column("console_type", WORD),
    column("host", NAME),
    column("relay_host", NAME),
    column("relay_port", sa.Integer()),
    column("expires_at", MOMENT, index=True),
)

CONSOLE_TOKEN = mapped(console_tokens, ConsoleToken)
