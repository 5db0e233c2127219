"""The table of the block devices of servers that are volumes."""

import sqlalchemy as sa

from computeapi.db.tables.columns import (
    JSON,
    MOMENT,
    NAME,
    WORD,
    column,
    mapped,
    metadata,
    text,
)
from computeapi.domain.block_devices import BlockDevice

block_devices = sa.Table(
    "block_devices",
    metadata,
    column("id", text(36), primary_key=True),
    column("server_id", text(36)),
    column("created_at", MOMENT),
    column("state", WORD),
    column("source", WORD),
    column("source_id", text(36), nullable=True),
    column("volume_id", text(36), nullable=True),
    column("attachment_id", text(36), nullable=True),
    column("device", NAME, nullable=True),
    column("tag", NAME, nullable=True),
    column("delete_on_termination", sa.Boolean()),
    column("boot_index", sa.Integer(), nullable=True),
    column("volume_size", sa.Integer(), nullable=True),
    column("volume_type", NAME, nullable=True),
    column("made", sa.Boolean()),
    column("host", NAME, nullable=True),
    column("connection", JSON, nullable=True),
    column("message", text(), nullable=True),
    column("device_type", WORD, nullable=True),
    column("disk_bus", WORD, nullable=True),
    # A volume is attached once to a server.
    sa.UniqueConstraint("server_id", "volume_id"),
    sa.Index(None, "volume_id"),
)

BLOCK_DEVICE = mapped(block_devices, BlockDevice)
