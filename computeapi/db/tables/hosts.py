"""The table of hosts."""

import sqlalchemy as sa

from computeapi.db.tables.columns import MOMENT, NAME, column, mapped, metadata
from computeapi.domain.hosts import Host

#: Columns for each field of :class:`~computeapi.domain.hosts.Usage`.
USED = ("used_instances", "used_vcpus", "used_memory_mb", "used_disk_gb")

hosts = sa.Table(
    "hosts",
    metadata,
    column("name", NAME, primary_key=True),
    column("availability_zone", NAME),
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
)

HOST = mapped(hosts, Host)
