"""Images that hosts are to fetch, as rows."""

from collections.abc import Sequence

import sqlalchemy as sa

from computeapi.db.session import Session
from computeapi.db.tables import wanted_images
from computeapi.ports.wanted_images import WantedImageRepository

_OF_HOST = (
    sa.select(wanted_images.c.image_id)
    .where(wanted_images.c.host == sa.bindparam("host_name"))
    .order_by(wanted_images.c.image_id)
)
_ADD = sa.insert(wanted_images)
_REMOVE = sa.delete(wanted_images).where(
    wanted_images.c.host == sa.bindparam("host_name"),
    wanted_images.c.image_id == sa.bindparam("image"),
)


class WantedImages(WantedImageRepository):
    """The repository of wanted images."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, host: str, image_id: str) -> None:
        """Keep that a host is to fetch an image; once is enough."""
        self.remove(host, image_id)
        self._session.execute(_ADD, {"host": host, "image_id": image_id})

    def of_host(self, host: str) -> Sequence[str]:
        """Return the ids of the images that a host is to fetch."""
        return list(self._session.execute(_OF_HOST, {"host_name": host}).scalars())

    def remove(self, host: str, image_id: str) -> None:
        """Forget an image that a host has fetched, or cannot have."""
        self._session.execute(_REMOVE, {"host_name": host, "image": image_id})
