"""Images that have the disks of shelved servers, as rows."""

from collections.abc import Sequence

import sqlalchemy as sa

from computeapi.db.session import Session
from computeapi.db.tables import servers, shelved_images
from computeapi.ports.shelved_images import ShelvedImageRepository

_ADD = sa.insert(shelved_images)
_NEEDED = sa.and_(
    servers.c.id == shelved_images.c.server_id,
    servers.c.deleted == sa.false(),
    servers.c.shelved_image_id == shelved_images.c.image_id,
)
_UNNEEDED = (
    sa.select(shelved_images.c.image_id)
    .where(~sa.exists().where(_NEEDED))
    .order_by(shelved_images.c.image_id)
)
_REMOVE = sa.delete(shelved_images).where(shelved_images.c.image_id == sa.bindparam("image"))


class ShelvedImages(ShelvedImageRepository):
    """The repository of the images of shelved servers."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, image_id: str, server_id: str) -> None:
        """Keep that an image is to have the disk of a server."""
        self._session.execute(_ADD, {"image_id": image_id, "server_id": server_id})

    def unneeded(self) -> Sequence[str]:
        """Return the ids of the images whose servers are deleted, or do not need them any more."""
        return list(self._session.execute(_UNNEEDED).scalars())

    def remove(self, image_id: str) -> None:
        """Forget an image, which is gone."""
        self._session.execute(_REMOVE, {"image": image_id})
