"""The table of the limits of quota classes."""

import sqlalchemy as sa

from computeapi.db.tables.columns import JSON, NAME, column, metadata

#: ``limits`` maps a resource to its limit.
quota_classes = sa.Table(
    "quota_classes",
    metadata,
    column("name", NAME, primary_key=True),
    column("limits", JSON),
)
