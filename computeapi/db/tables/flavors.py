"""The table of flavors."""

import sqlalchemy as sa

from computeapi.db.tables.columns import NAME, column, mapped, metadata
from computeapi.domain.flavors import Flavor

flavors = sa.Table(
    "flavors",
    metadata,
    column("id", NAME, primary_key=True),
    column("name", NAME, unique=True),
    column("memory_mb", sa.Integer()),
    column("vcpus", sa.Integer()),
    column("disk_gb", sa.Integer()),
    column("ephemeral_gb", sa.Integer()),
    column("swap_mb", sa.Integer()),
    column("rxtx_factor", sa.Double()),
    column("is_public", sa.Boolean()),
    column("disabled", sa.Boolean()),
)

FLAVOR = mapped(flavors, Flavor)
