"""The table of the images that have the disks of shelved servers."""

import sqlalchemy as sa

from computeapi.db.tables.columns import column, metadata, text

shelved_images = sa.Table(
    "shelved_images",
    metadata,
    column("image_id", text(36), primary_key=True),
    column("server_id", text(36)),
)
