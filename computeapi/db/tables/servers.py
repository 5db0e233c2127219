"""The table of servers."""

import sqlalchemy as sa

from computeapi.db.tables.columns import (
    COMPOSITE,
    JSON,
    MOMENT,
    NAME,
    TAGS,
    WORD,
    FaultType,
    MoveType,
    column,
    mapped,
    metadata,
    text,
)
from computeapi.domain.servers import Server

_SIZES = ("vcpus", "memory_mb", "disk_gb", "image_gb", "ephemeral_gb", "swap_mb")
_RESERVED = ("reserved_vcpus", "reserved_memory_mb")

#: ``changed_at`` is ``updated_at`` or, until there is one, ``created_at``.
servers = sa.Table(
    "servers",
    metadata,
    column("id", text(36), primary_key=True),
    column("project_id", NAME),
    column("user_id", NAME),
    column("name", NAME),
    column("created_at", MOMENT),
    column("updated_at", MOMENT, nullable=True),
    column("vm_state", WORD),
    column("task_state", WORD, nullable=True),
    column("power_state", sa.Integer()),
    column("host", NAME, nullable=True),
    column("availability_zone", NAME, nullable=True),
    column("flavor_id", NAME),
    column("vcpus", sa.Integer()),
    column("memory_mb", sa.Integer()),
    column("disk_gb", sa.Integer()),
    column("ephemeral_gb", sa.Integer()),
    column("swap_mb", sa.Integer()),
    column("image_id", NAME, nullable=True),
    column("key_name", NAME, nullable=True),
    column("public_key", text(), nullable=True),
    column("metadata", JSON),
    column("security_groups", JSON),
    column("addresses", JSON),
    column("ssh_port", sa.Integer(), nullable=True),
    column("access_ip_v4", text(45), nullable=True),
    column("access_ip_v6", text(45), nullable=True),
    column("config_drive", sa.Boolean()),
    column("disk_config", WORD),
    column("reservation_id", NAME),
    column("launch_index", sa.Integer()),
    column("hostname", NAME),
    column("progress", sa.Integer()),
    column("fault", FaultType(), nullable=True),
    column("launched_at", MOMENT, nullable=True),
    column("terminated_at", MOMENT, nullable=True),
    column("deleted", sa.Boolean()),
    column("admin_password", NAME, nullable=True),
    column("personality", JSON),
    column("user_data", text(), nullable=True),
    column("changed_at", MOMENT),
    column("image_gb", sa.Integer(), server_default="0"),
    column("locked", sa.Boolean(), server_default=sa.false()),
    column("locked_by", WORD, nullable=True),
    column("locked_reason", NAME, nullable=True),
    column("move", MoveType(), nullable=True),
    column("reserved_vcpus", sa.Integer(), server_default="0"),
    column("reserved_memory_mb", sa.Integer(), server_default="0"),
    column("flavor_name", NAME),
    column("extra_specs", JSON),
    column("image_properties", JSON),
    column("description", NAME, nullable=True),
    column("tags", TAGS, server_default=sa.text("''")),
    column("server_group_id", text(36), nullable=True),
    column("pinned_zone", NAME, nullable=True),
    column("scheduler_hints", JSON),
    column("shelved_image_id", text(36), nullable=True),
    column("shelved_at", MOMENT, nullable=True),
    column("has_network", sa.Boolean(), server_default=sa.true()),
    column("trusted_certificates", JSON, nullable=True),
    column("rescue_image_id", NAME, nullable=True),
    column("soft_deleted_at", MOMENT, nullable=True),
    column("vm_state_before_delete", WORD, nullable=True),
    # A page is read backwards off one of these four: newest first, nothing to sort. Those
    # without "deleted" are for lists that show both: IN (0, 1) would lose the order.
    sa.Index("ix_servers_project_live", "project_id", "deleted", "created_at", "id"),
    sa.Index("ix_servers_live", "deleted", "created_at", "id"),
    sa.Index("ix_servers_project", "project_id", "created_at", "id"),
    sa.Index("ix_servers_all", "created_at", "id"),
    sa.Index("ix_servers_project_changed", "project_id", "changed_at"),
    sa.Index("ix_servers_changed", "changed_at"),
    sa.Index("ix_servers_host", "deleted", "host"),
    sa.Index("ix_servers_server_group_id", "server_group_id"),
    # Use is counted at every boot: this holds all that a count needs.
    sa.Index(
        "ix_servers_project_usage",
        "project_id",
        "deleted",
        *_SIZES,
        *_RESERVED,
        "vm_state",
        "task_state",
    ),
)

SERVER = mapped(servers, Server)
#: The columns that one value fills: those to sort and to compare by.
PLAIN = {c.name: c for c in SERVER if not isinstance(c.type, (sa.JSON, *COMPOSITE))}
