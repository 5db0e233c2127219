"""Images that are being made of servers, as rows."""

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from computeapi.db.session import Session
from computeapi.db.tables import UNFINISHED_IMAGE, unfinished_images
from computeapi.domain.unfinished_images import UnfinishedImage
from computeapi.ports.unfinished_images import UnfinishedImageRepository

_columns = unfinished_images.c
_ALL = sa.select(*UNFINISHED_IMAGE).order_by(_columns.created_at, _columns.image_id)
_ADD = sa.insert(unfinished_images)
_ACCEPT = (
    sa.update(unfinished_images)
    .where(_columns.image_id == sa.bindparam("image"))
    .values(accepted=sa.true())
)
_REMOVE = sa.delete(unfinished_images).where(_columns.image_id == sa.bindparam("image"))


class UnfinishedImages(UnfinishedImageRepository):
    """The repository of unfinished images."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, image: UnfinishedImage) -> None:
        """Keep that an image is about to be made."""
        self._session.execute(_ADD, asdict(image))

    def accept(self, image_id: str) -> None:
        """Keep that an operation was accepted that gives an image its data."""
        self._session.execute(_ACCEPT, {"image": image_id})

    def all(self) -> Sequence[UnfinishedImage]:
        """Return all of them, oldest first."""
        return [UnfinishedImage(*row) for row in self._session.execute(_ALL)]

    def remove(self, image_id: str) -> None:
        """Forget an image, which is finished, or gone."""
        self._session.execute(_REMOVE, {"image": image_id})
