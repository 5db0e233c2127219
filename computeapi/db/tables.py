"""The tables. Each field of a domain object is a column of its table."""

from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from computeapi.domain.claims import Claim
from computeapi.domain.flavors import Flavor
from computeapi.domain.hosts import Host
from computeapi.domain.keypairs import Keypair
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Fault, Server


def text(length: int | None = None) -> TypeEngine[str]:
    """Return a text type that every database compares and sorts by code point.

    A locale's order would differ from one database to the next, and MariaDB would
    take "A" and "a" for the same name.
    """
    plain = sa.String(length) if length else sa.Text()
    return plain.with_variant(
        sa.String(length, "C") if length else sa.Text(collation="C"), "postgresql"
    ).with_variant(
        sa.String(length, "utf8mb4_bin") if length else mysql.LONGTEXT(collation="utf8mb4_bin"),
        "mysql",
        "mariadb",
    )


class FaultType(TypeDecorator[Fault]):
    """A server's fault as one JSON column: one test for None is all it costs most rows."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Fault | None, dialect: Dialect) -> dict[str, Any] | None:
        """Turn a fault into what JSON knows."""
        if value is None:
            return None
        return {
            "code": value.code,
            "message": value.message,
            "created": value.created.isoformat(),
            "details": value.details,
        }

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> Fault | None:
        """Turn a row's value into a fault."""
        if value is None:
            return None
        created = datetime.fromisoformat(value["created"])
        return Fault(value["code"], value["message"], created, value["details"])


NAME = text(255)
WORD = text(32)
JSON = sa.JSON(none_as_null=True)
MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _column(name: str, kind: TypeEngine[Any], **options: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, **{"nullable": False, **options})


#: Columns of ``hosts`` for each field of :class:`Usage`.
USED = ("used_instances", "used_vcpus", "used_memory_mb", "used_disk_gb")
_SIZES = ("vcpus", "memory_mb", "disk_gb", "image_gb", "ephemeral_gb", "swap_mb")

#: ``changed_at`` is ``updated_at`` or, until there is one, ``created_at``.
servers = sa.Table(
    "servers",
    metadata,
    _column("id", text(36), primary_key=True),
    _column("project_id", NAME),
    _column("user_id", NAME),
    _column("name", NAME),
    _column("created_at", MOMENT),
    _column("updated_at", MOMENT, nullable=True),
    _column("vm_state", WORD),
    _column("task_state", WORD, nullable=True),
    _column("power_state", sa.Integer()),
    _column("host", NAME, nullable=True),
    _column("availability_zone", NAME, nullable=True),
    _column("flavor_id", NAME),
    _column("vcpus", sa.Integer()),
    _column("memory_mb", sa.Integer()),
    _column("disk_gb", sa.Integer()),
    _column("ephemeral_gb", sa.Integer()),
    _column("swap_mb", sa.Integer()),
    _column("image_id", NAME, nullable=True),
    _column("key_name", NAME, nullable=True),
    _column("public_key", text(), nullable=True),
    _column("metadata", JSON),
    _column("security_groups", JSON),
    _column("addresses", JSON),
    _column("ssh_port", sa.Integer(), nullable=True),
    _column("access_ip_v4", text(45), nullable=True),
    _column("access_ip_v6", text(45), nullable=True),
    _column("config_drive", sa.Boolean()),
    _column("disk_config", WORD),
    _column("reservation_id", NAME),
    _column("launch_index", sa.Integer()),
    _column("hostname", NAME),
    _column("progress", sa.Integer()),
    _column("fault", FaultType(), nullable=True),
    _column("launched_at", MOMENT, nullable=True),
    _column("terminated_at", MOMENT, nullable=True),
    _column("deleted", sa.Boolean()),
    _column("admin_password", NAME, nullable=True),
    _column("personality", JSON),
    _column("user_data", text(), nullable=True),
    _column("changed_at", MOMENT),
    _column("image_gb", sa.Integer(), server_default="0"),
    _column("locked", sa.Boolean(), server_default=sa.false()),
    _column("locked_by", WORD, nullable=True),
    _column("locked_reason", NAME, nullable=True),
    # A page is read backwards off one of these four: newest first, nothing to sort. Those
    # without "deleted" are for lists that show both: IN (0, 1) would lose the order.
    sa.Index("ix_servers_project_live", "project_id", "deleted", "created_at", "id"),
    sa.Index("ix_servers_live", "deleted", "created_at", "id"),
    sa.Index("ix_servers_project", "project_id", "created_at", "id"),
    sa.Index("ix_servers_all", "created_at", "id"),
    sa.Index("ix_servers_project_changed", "project_id", "changed_at"),
    sa.Index("ix_servers_changed", "changed_at"),
    sa.Index("ix_servers_host", "deleted", "host"),
    # Use is counted at every boot: this holds all that a count needs.
    sa.Index("ix_servers_project_usage", "project_id", "deleted", *_SIZES),
)

flavors = sa.Table(
    "flavors",
    metadata,
    _column("id", NAME, primary_key=True),
    _column("name", NAME, unique=True),
    _column("memory_mb", sa.Integer()),
    _column("vcpus", sa.Integer()),
    _column("disk_gb", sa.Integer()),
    _column("ephemeral_gb", sa.Integer()),
    _column("swap_mb", sa.Integer()),
    _column("rxtx_factor", sa.Double()),
    _column("is_public", sa.Boolean()),
    _column("disabled", sa.Boolean()),
)

keypairs = sa.Table(
    "keypairs",
    metadata,
    _column("id", SERIAL, primary_key=True, autoincrement=True),
    _column("user_id", NAME),
    _column("name", NAME),
    _column("type", WORD),
    _column("public_key", text()),
    _column("fingerprint", NAME),
    _column("created_at", MOMENT),
    sa.UniqueConstraint("user_id", "name"),
)

hosts = sa.Table(
    "hosts",
    metadata,
    _column("name", NAME, primary_key=True),
    _column("availability_zone", NAME),
    _column("hypervisor_hostname", NAME),
    _column("hypervisor_type", NAME),
    _column("hypervisor_version", sa.Integer()),
    _column("vcpus", sa.Integer()),
    _column("memory_mb", sa.Integer()),
    _column("disk_gb", sa.Integer()),
    _column("enabled", sa.Boolean()),
    _column("started_at", MOMENT),
    _column("seen_at", MOMENT),
    # See HostOwner; it is no part of what a worker reports.
    _column("owner_folder", NAME, nullable=True),
    _column("owner_place", NAME, nullable=True),
    _column("owner_worker", NAME, nullable=True),
    # What the servers of the host took when they were last counted: to rank hosts by, and no more.
    *(_column(name, sa.BigInteger(), server_default="0") for name in USED),
)

#: A server counts on every host that it has a claim on: on two, while it moves.
claims = sa.Table(
    "claims",
    metadata,
    _column("server_id", text(36), primary_key=True),
    _column("host", NAME, primary_key=True),
    _column("vcpus", sa.Integer()),
    _column("memory_mb", sa.Integer()),
    # The sum of several disks, each of which an Integer holds.
    _column("disk_gb", sa.BigInteger()),
    # Counted at every boot: this holds all that a count needs.
    sa.Index("ix_claims_host", "host", "vcpus", "memory_mb", "disk_gb"),
)

operations = sa.Table(
    "operations",
    metadata,
    _column("id", SERIAL, primary_key=True, autoincrement=True),
    _column("server_id", text(36)),
    _column("project_id", NAME),
    _column("user_id", NAME),
    _column("request_id", NAME),
    _column("host", NAME),
    _column("action", WORD),
    _column("params", JSON),
    _column("state", WORD),
    _column("created_at", MOMENT),
    _column("updated_at", MOMENT, nullable=True),
    _column("finished_at", MOMENT, nullable=True),
    _column("attempts", sa.Integer()),
    _column("lease_owner", NAME, nullable=True),
    _column("lease_token", sa.Integer()),
    _column("lease_until", MOMENT, nullable=True),
    _column("message", text(), nullable=True),
    _column("not_before", MOMENT, nullable=True),
    _column("failing_since", MOMENT, nullable=True),
    _column("stage", WORD, server_default="run"),
    _column("source_host", NAME, nullable=True),
    _column("target_host", NAME, nullable=True),
    _column("vm_state_before", WORD, nullable=True),
    _column("failure", text(), nullable=True),
    # Finished operations stay, as a server's history: these find the unfinished among them.
    sa.Index("ix_operations_host", "host", "state", "id"),
    sa.Index("ix_operations_server", "server_id", "state", "id"),
    # An id is never given twice, even if the newest row should be removed.
    sqlite_autoincrement=True,
)

#: What :meth:`computeapi.db.database.Transaction.lock` locks.
locks = sa.Table("locks", metadata, _column("name", text(300), primary_key=True))


def mapped(table: sa.Table, kind: type) -> list[sa.Column[Any]]:
    """Return the columns that make up a domain object, in the order of its fields.

    :raises TypeError: when a field of ``kind`` has no column.
    """
    names = [field.name for field in fields(kind)]
    missing = [name for name in names if name not in table.columns]
    if missing:
        raise TypeError(f"Table {table.name} lacks the fields {missing} of {kind.__name__}")
    return [table.columns[name] for name in names]


SERVER = mapped(servers, Server)
FLAVOR = mapped(flavors, Flavor)
KEYPAIR = mapped(keypairs, Keypair)
HOST = mapped(hosts, Host)
CLAIM = mapped(claims, Claim)
OPERATION = mapped(operations, Operation)
