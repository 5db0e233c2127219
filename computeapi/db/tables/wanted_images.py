"""The table of images that hosts are to fetch into their caches."""

import sqlalchemy as sa

from computeapi.db.tables.columns import NAME, column, metadata, text

wanted_images = sa.Table(
    "wanted_images",
    metadata,
    column("host", NAME, primary_key=True),
    column("image_id", text(36), primary_key=True),
)
