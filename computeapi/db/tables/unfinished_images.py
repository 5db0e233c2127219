"""The table of the images that are being made of servers."""

import sqlalchemy as sa

from computeapi.db.tables.columns import MOMENT, column, mapped, metadata, text
from computeapi.domain.unfinished_images import UnfinishedImage

unfinished_images = sa.Table(
    "unfinished_images",
    metadata,
    column("image_id", text(36), primary_key=True),
    column("server_id", text(36)),
    column("created_at", MOMENT),
    column("accepted", sa.Boolean()),
)

UNFINISHED_IMAGE = mapped(unfinished_images, UnfinishedImage)
