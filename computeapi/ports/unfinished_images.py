"""The repository of the images that are being made of servers."""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.unfinished_images import UnfinishedImage


class UnfinishedImageRepository(Protocol):
    """Images of servers that may have to be removed."""

    __slots__ = ()

    def add(self, image: UnfinishedImage) -> None:
        """Keep that an image is about to be made."""

    def accept(self, image_id: str) -> None:
        """Keep that an operation was accepted that gives an image its data."""

    def all(self) -> Sequence[UnfinishedImage]:
        """Return all of them, oldest first."""

    def remove(self, image_id: str) -> None:
        """Forget an image, which is finished, or gone."""
