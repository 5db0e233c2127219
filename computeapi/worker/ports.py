"""What a worker needs of the world beyond the service's ports; ``bootstrap`` hands it over."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from computeapi.domain.servers import Server

#: Makes the files of a server's config drive, by their path on it.
ConfigDrive = Callable[[Server], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class CachedImage:
    """An image in a local file that nobody writes to.

    :ivar format: "qcow2" or "raw".
    """

    path: Path
    format: str


class ImageCache(Protocol):
    """Images in local files, shared by the guests of a host."""

    def get(self, image_id: str, checkpoint: Callable[[], None]) -> CachedImage:
        """Return an image's file, fetching it when it is not here yet.

        :param checkpoint: called while it is fetched; what it raises ends the fetching.
        :raises computeapi.domain.errors.Error: when it cannot be had, or cannot be booted.
        :raises OSError: when the cache cannot be written.
        """

    def prune(self, keep: Collection[str]) -> Sequence[str]:
        """Remove the images that are not among ``keep`` and were not asked for lately.

        :returns: the ids of the images removed.
        """


class Listener(Protocol):
    """The worker's ear (see ``computeapi.messaging.port``)."""

    def start(
        self,
        host: str,
        on_wake: Callable[[], None],
        methods: Mapping[str, Callable[..., Any]],
    ) -> None:
        """Begin to listen."""

    def stop(self) -> None:
        """Stop listening."""
