"""The table of hosts."""

import sqlalchemy as sa

from computeapi.db.tables.columns import JSON, MOMENT, NAME, column, mapped, metadata, text
from computeapi.domain.hosts import Host, HostDetails

#: Columns for each field of :class:`~computeapi.domain.hosts.Usage`.
USED = ("used_instances", "used_vcpus", "used_memory_mb", "used_disk_gb")

hosts = sa.Table(
    "hosts",
    metadata,
    column("name", NAME, primary_key=True),
    # Of the aggregates that the host is in: kept here as every boot ranks all hosts.
    column("availability_zone", NAME, nullable=True),
    column("hypervisor_hostname", NAME),
    column("hypervisor_type", NAME),
    column("hypervisor_version", sa.Integer()),
    column("vcpus", sa.Integer()),
    column("memory_mb", sa.Integer()),
    column("disk_gb", sa.Integer()),
    column("enabled", sa.Boolean()),
    column("started_at", MOMENT),
    column("seen_at", MOMENT),
    # See HostOwner; it is no part of what a worker reports.
    column("owner_folder", NAME, nullable=True),
    column("owner_place", NAME, nullable=True),
    column("owner_worker", NAME, nullable=True),
    # What the servers of the host took when they were last counted: to rank hosts by, and no more.
    *(column(name, sa.BigInteger(), server_default="0") for name in USED),
    column("forced_down", sa.Boolean(), server_default=sa.false()),
    # See Service, Hypervisor and HostDetails.
    column("number", sa.Integer(), unique=True),
    column("service_uuid", text(36), unique=True),
    column("hypervisor_uuid", text(36), unique=True),
    column("disabled_reason", NAME, nullable=True),
    column("host_ip", NAME, nullable=True),
    column("cpu_info", JSON, nullable=True),
    column("uptime", NAME, nullable=True),
)

HOST = mapped(hosts, Host)
DETAILS = mapped(hosts, HostDetails)
