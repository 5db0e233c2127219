"""The repository of the images that have the disks of shelved servers."""

from collections.abc import Sequence
from typing import Protocol


class ShelvedImageRepository(Protocol):
    """Images that are removed when their servers are unshelved or deleted, also after a crash."""

    __slots__ = ()

    def add(self, image_id: str, server_id: str) -> None:
        """Keep that an image is to have the disk of a server."""

    def unneeded(self) -> Sequence[str]:
        """Return the ids of the images whose servers are deleted, or do not need them any more."""

    def remove(self, image_id: str) -> None:
        """Forget an image, which is gone."""
