"""Aggregates, from which availability zones are derived; services and hypervisors have ids.

A zone that workers reported, other than "nova", becomes an aggregate of its hosts, so that each
host stays in its zone. Hosts of the zone "nova" are in the default zone from now on.
"""

import uuid
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from computeapi.db.alembic.column_types import JSON, MOMENT, SERIAL, text

revision = "0008"
down_revision = "0007"

_DEFAULT_ZONE = "nova"


COLUMNS = (
    ("number", sa.Integer()),
    ("service_uuid", text(36)),
    ("hypervisor_uuid", text(36)),
    ("disabled_reason", text(255)),
    ("host_ip", text(255)),
    ("cpu_info", JSON),
    ("uptime", text(255)),
)
IDS = ("number", "service_uuid", "hypervisor_uuid")


def _have(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    """Add aggregates, and give ids to the hosts that there are."""
    op.create_table(
        "aggregates",
        sa.Column("id", SERIAL, primary_key=True, autoincrement=True, nullable=False),
        _have("uuid", text(36)),
        _have("name", text(255)),
        _have("metadata", JSON),
        _have("created_at", MOMENT),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.UniqueConstraint("uuid", name="uq_aggregates_uuid"),
        sa.UniqueConstraint("name", name="uq_aggregates_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "aggregate_hosts",
        sa.Column("aggregate_id", sa.BigInteger(), autoincrement=False, nullable=False),
        _have("host", text(255)),
        sa.PrimaryKeyConstraint("aggregate_id", "host", name="pk_aggregate_hosts"),
    )
    op.create_table(
        "wanted_images",
        _have("host", text(255)),
        _have("image_id", text(36)),
        sa.PrimaryKeyConstraint("host", "image_id", name="pk_wanted_images"),
    )
    forced_down: sa.Column[bool] = sa.Column(
        "forced_down", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("hosts", forced_down)
    for name, kind in COLUMNS:
        op.add_column("hosts", sa.Column(name, kind, nullable=True))
    _identify()
    with op.batch_alter_table("hosts") as hosts:
        for name, kind in COLUMNS:
            if name in IDS:
                hosts.alter_column(name, existing_type=kind, nullable=False)
                hosts.create_unique_constraint(f"uq_hosts_{name}", [name])
        hosts.alter_column("availability_zone", existing_type=text(255), nullable=True)
    _make_zones()


def _identify() -> None:
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in ("name", *IDS)]
    hosts = sa.table("hosts", *columns)
    connection = op.get_bind()
    names = connection.execute(sa.select(hosts.c.name).order_by(hosts.c.name)).scalars().all()
    for number, name in enumerate(names, 1):
        ids = (number, str(uuid.uuid4()), str(uuid.uuid4()))
        connection.execute(
            sa.update(hosts).where(hosts.c.name == name).values(dict(zip(IDS, ids, strict=True)))
        )


def _make_zones() -> None:
    hosts = sa.table("hosts", sa.column("name"), sa.column("availability_zone"))
    aggregates = sa.table(
        "aggregates",
        *(sa.column(n) for n in ("id", "uuid", "name")),
        sa.column("metadata", JSON),
        sa.column("created_at", MOMENT),
    )
    members = sa.table("aggregate_hosts", sa.column("aggregate_id"), sa.column("host"))
    connection = op.get_bind()
    zone = hosts.c.availability_zone
    connection.execute(sa.update(hosts).where(zone == _DEFAULT_ZONE).values({zone: None}))
    now = datetime.now(UTC).replace(tzinfo=None)
    found = connection.execute(sa.select(zone).where(zone.is_not(None)).distinct().order_by(zone))
    for name in found.scalars().all():
        row = {
            "uuid": str(uuid.uuid4()),
            "name": name,
            "metadata": {"availability_zone": name},
            "created_at": now,
        }
        connection.execute(sa.insert(aggregates), row)
        made = (
            sa.select(aggregates.c.id, hosts.c.name)
            .join_from(aggregates, hosts, aggregates.c.name == zone)
            .where(zone == name)
        )
        connection.execute(sa.insert(members).from_select(["aggregate_id", "host"], made))


def downgrade() -> None:
    """Remove them. Each host keeps the zone that its aggregates gave it."""
    hosts = sa.table("hosts", sa.column("availability_zone"))
    zone = hosts.c.availability_zone
    op.execute(sa.update(hosts).where(zone.is_(None)).values({zone: _DEFAULT_ZONE}))
    with op.batch_alter_table("hosts") as changed:
        changed.alter_column("availability_zone", existing_type=text(255), nullable=False)
        for name in IDS:
            changed.drop_constraint(f"uq_hosts_{name}", type_="unique")
        for name in ("forced_down", *(name for name, _ in COLUMNS)):
            changed.drop_column(name)
    for table in ("wanted_images", "aggregate_hosts", "aggregates"):
        op.drop_table(table)
