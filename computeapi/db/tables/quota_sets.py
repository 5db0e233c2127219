"""The table of the limits of projects, and of users in them."""

import sqlalchemy as sa

from computeapi.db.tables.columns import JSON, NAME, column, metadata

#: ``user_id`` is empty in the row of a project; ``limits`` maps a resource to its limit.
quota_sets = sa.Table(
    "quota_sets",
    metadata,
    column("project_id", NAME, primary_key=True),
    column("user_id", NAME, primary_key=True),
    column("limits", JSON),
)
