"""The table of claims."""

import sqlalchemy as sa

from computeapi.db.tables.columns import NAME, column, mapped, metadata, text
from computeapi.domain.claims import Claim

#: A server counts on every host that it has a claim on: on two, while it moves.
claims = sa.Table(
    "claims",
    metadata,
    column("server_id", text(36), primary_key=True),
    column("host", NAME, primary_key=True),
    column("vcpus", sa.Integer()),
    column("memory_mb", sa.Integer()),
    # The sum of several disks, each of which an Integer holds.
    column("disk_gb", sa.BigInteger()),
    # Counted at every boot: this holds all that a count needs.
    sa.Index("ix_claims_host", "host", "vcpus", "memory_mb", "disk_gb"),
)

CLAIM = mapped(claims, Claim)
