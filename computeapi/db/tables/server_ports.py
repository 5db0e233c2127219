"""The table of the ports of servers."""

import sqlalchemy as sa

from computeapi.db.tables.columns import JSON, NAME, column, mapped, metadata, text
from computeapi.db.tables.port_types import BoundPortType
from computeapi.domain.server_ports import ServerPort

server_ports = sa.Table(
    "server_ports",
    metadata,
    column("id", text(36), primary_key=True),
    column("server_id", text(36)),
    column("position", sa.Integer()),
    column("network_id", text(36)),
    column("port_id", text(36), nullable=True),
    column("is_own", sa.Boolean()),
    column("fixed_ip", text(45), nullable=True),
    column("tag", NAME, nullable=True),
    column("security_groups", JSON),
    column("bound", BoundPortType(), nullable=True),
    column("is_stale", sa.Boolean()),
    sa.Index("ix_server_ports_server", "server_id", "position"),
)

SERVER_PORT = mapped(server_ports, ServerPort)
