"""The table of periods in which servers had one size."""

import sqlalchemy as sa

from computeapi.db.tables.columns import MOMENT, NAME, SERIAL, column, mapped, metadata, text
from computeapi.domain.usage import UsagePeriod

usage_periods = sa.Table(
    "usage_periods",
    metadata,
    column("id", SERIAL, primary_key=True),
    column("server_id", text(36)),
    column("project_id", NAME),
    column("flavor_name", NAME),
    column("vcpus", sa.Integer()),
    column("memory_mb", sa.Integer()),
    # The sum of several disks, each of which an Integer holds.
    column("disk_gb", sa.BigInteger()),
    column("began_at", MOMENT),
    column("ended_at", MOMENT, nullable=True),
    sa.Index("ix_usage_periods_server", "server_id", "id"),
)

USAGE_PERIOD = mapped(usage_periods, UsagePeriod)
