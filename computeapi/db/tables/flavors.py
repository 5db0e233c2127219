"""The tables of flavors, and of the projects that may use those that are not public."""

import sqlalchemy as sa

from computeapi.db.tables.columns import JSON, NAME, column, mapped, metadata, text
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
    column("description", text(), nullable=True),
    column("extra_specs", JSON),
)

flavor_access = sa.Table(
    "flavor_access",
    metadata,
    column("flavor_id", NAME, primary_key=True),
    column("project_id", NAME, primary_key=True),
)

FLAVOR = mapped(flavors, Flavor)
