"""The table of the passwords that guests have posted."""

import sqlalchemy as sa

from computeapi.db.tables.columns import column, metadata, text

server_passwords = sa.Table(
    "server_passwords",
    metadata,
    column("server_id", text(36), primary_key=True),
    column("password", text(1020)),
)
