"""The repository of the images that hosts are to fetch."""

from collections.abc import Sequence
from typing import Protocol


class WantedImageRepository(Protocol):
    """Images that a host is to have in its cache before a server needs them."""

    __slots__ = ()

    def add(self, host: str, image_id: str) -> None:
        """Keep that a host is to fetch an image; once is enough."""

    def of_host(self, host: str) -> Sequence[str]:
        """Return the ids of the images that a host is to fetch."""

    def remove(self, host: str, image_id: str) -> None:
        """Forget an image that a host has fetched, or cannot have."""
