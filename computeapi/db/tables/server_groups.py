"""The table of server groups."""

import sqlalchemy as sa

from computeapi.db.tables.columns import MOMENT, NAME, WORD, column, mapped, metadata, text
from computeapi.domain.server_groups import ServerGroup

#: Its members are the rows of servers that name it.
server_groups = sa.Table(
    "server_groups",
    metadata,
    column("id", text(36), primary_key=True),
    column("project_id", NAME),
    column("user_id", NAME),
    column("name", NAME),
    column("policy", WORD),
    column("max_server_per_host", sa.Integer(), nullable=True),
    column("created_at", MOMENT),
    sa.Index("ix_server_groups_project", "project_id", "created_at", "id"),
)

SERVER_GROUP = mapped(server_groups, ServerGroup)
