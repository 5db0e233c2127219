"""The first tables, and the flavors that a new installation offers.

The types are written out here, not taken from ``tables``: those may change, this may not.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

from computeapi.db.alembic.column_types import LONG_TEXT, MOMENT, SERIAL, text
from computeapi.domain.flavors import DEFAULTS

revision = "0001"
down_revision = None


NAME = text(255)
WORD = text(32)
UUID = text(36)
ADDRESS = text(45)
SIZES = ("vcpus", "memory_mb", "disk_gb", "ephemeral_gb", "swap_mb")


def _have(name: str, kind: TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _may(name: str, kind: TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def _servers() -> None:
    op.create_table(
        "servers",
        _have("id", UUID),
        _have("project_id", NAME),
        _have("user_id", NAME),
        _have("name", NAME),
        _have("created_at", MOMENT),
        _may("updated_at", MOMENT),
        _have("vm_state", WORD),
        _may("task_state", WORD),
        _have("power_state", sa.Integer()),
        _may("host", NAME),
        _may("availability_zone", NAME),
        _have("flavor_id", NAME),
        *(_have(size, sa.Integer()) for size in SIZES),
        _may("image_id", NAME),
        _may("key_name", NAME),
        _may("public_key", LONG_TEXT),
        _have("metadata", sa.JSON()),
        _have("security_groups", sa.JSON()),
        _have("addresses", sa.JSON()),
        _may("ssh_port", sa.Integer()),
        _may("access_ip_v4", ADDRESS),
        _may("access_ip_v6", ADDRESS),
        _have("config_drive", sa.Boolean()),
        _have("disk_config", WORD),
        _have("reservation_id", NAME),
        _have("launch_index", sa.Integer()),
        _have("hostname", NAME),
        _have("progress", sa.Integer()),
        _may("fault", sa.JSON()),
        _may("launched_at", MOMENT),
        _may("terminated_at", MOMENT),
        _have("deleted", sa.Boolean()),
        _may("admin_password", NAME),
        _have("personality", sa.JSON()),
        _may("user_data", LONG_TEXT),
        _have("changed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_servers"),
    )
    for name, columns in (
        ("project_live", ["project_id", "deleted", "created_at", "id"]),
        ("live", ["deleted", "created_at", "id"]),
        ("project", ["project_id", "created_at", "id"]),
        ("all", ["created_at", "id"]),
        ("project_changed", ["project_id", "changed_at"]),
        ("changed", ["changed_at"]),
        ("host_usage", ["deleted", "host", *SIZES]),
        ("project_usage", ["project_id", "deleted", *SIZES]),
    ):
        op.create_index(f"ix_servers_{name}", "servers", columns)


def _flavors() -> sa.Table:
    return op.create_table(
        "flavors",
        _have("id", NAME),
        _have("name", NAME),
        _have("memory_mb", sa.Integer()),
        _have("vcpus", sa.Integer()),
        _have("disk_gb", sa.Integer()),
        _have("ephemeral_gb", sa.Integer()),
        _have("swap_mb", sa.Integer()),
        _have("rxtx_factor", sa.Double()),
        _have("is_public", sa.Boolean()),
        _have("disabled", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name="pk_flavors"),
        sa.UniqueConstraint("name", name="uq_flavors_name"),
    )


def _keypairs() -> None:
    op.create_table(
        "keypairs",
        sa.Column("id", SERIAL, nullable=False, autoincrement=True),
        _have("user_id", NAME),
        _have("name", NAME),
        _have("type", WORD),
        _have("public_key", LONG_TEXT),
        _have("fingerprint", NAME),
        _have("created_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_keypairs"),
        sa.UniqueConstraint("user_id", "name", name="uq_keypairs_user_id_name"),
    )


def _hosts() -> None:
    op.create_table(
        "hosts",
        _have("name", NAME),
        _have("availability_zone", NAME),
        _have("hypervisor_hostname", NAME),
        _have("hypervisor_type", NAME),
        _have("hypervisor_version", sa.Integer()),
        _have("vcpus", sa.Integer()),
        _have("memory_mb", sa.Integer()),
        _have("disk_gb", sa.Integer()),
        _have("enabled", sa.Boolean()),
        _have("started_at", MOMENT),
        _have("seen_at", MOMENT),
        sa.PrimaryKeyConstraint("name", name="pk_hosts"),
    )


def _operations() -> None:
    op.create_table(
        "operations",
        sa.Column("id", SERIAL, nullable=False, autoincrement=True),
        _have("server_id", UUID),
        _have("project_id", NAME),
        _have("user_id", NAME),
        _have("request_id", NAME),
        _have("host", NAME),
        _have("action", WORD),
        _have("params", sa.JSON()),
        _have("state", WORD),
        _have("created_at", MOMENT),
        _may("updated_at", MOMENT),
        _may("finished_at", MOMENT),
        _have("attempts", sa.Integer()),
        _may("lease_owner", NAME),
        _have("lease_token", sa.Integer()),
        _may("lease_until", MOMENT),
        _may("message", LONG_TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_operations"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_operations_host", "operations", ["host", "state", "id"])
    op.create_index("ix_operations_server", "operations", ["server_id", "state", "id"])


def upgrade() -> None:
    """Create the tables and insert the default flavors once: removed ones stay away."""
    _servers()
    flavors = _flavors()
    _keypairs()
    _hosts()
    _operations()
    op.create_table(
        "locks", _have("name", text(300)), sa.PrimaryKeyConstraint("name", name="pk_locks")
    )
    names = [column.name for column in flavors.columns]
    op.bulk_insert(flavors, [{n: getattr(flavor, n) for n in names} for flavor in DEFAULTS])


def downgrade() -> None:
    """Remove everything."""
    for table in ("locks", "operations", "hosts", "keypairs", "flavors", "servers"):
        op.drop_table(table)
