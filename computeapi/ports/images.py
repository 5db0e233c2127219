"""The image store, and a host's cache of its images."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from computeapi.domain.context import Context
from computeapi.domain.images import Image, ImageFilters
from computeapi.domain.paging import Page, PageRequest
from computeapi.ports.checkpoint import Checkpoint


class ImageStore(Protocol):
    """The service that keeps images. Threads, real or green, may share it."""

    def get(self, context: Context, image_ref: str) -> Image:
        """Return an image that the caller may see.

        :param context: the caller, whose token decides which images there are.
        :param image_ref: an image's id.
        :raises computeapi.domain.errors.NotFound: when there is no such image.
        :raises computeapi.domain.errors.ImageUnreachable: when the store does not answer.
        :raises computeapi.domain.errors.Error: when it refuses to, for good.
        """

    def fetch(self, image_id: str, target: Path, checkpoint: Checkpoint) -> Image:
        """Write an image's data to a file, in the service's own name.

        ``target`` appears whole, verified and flushed to the disk, or not at all.

        :param checkpoint: called now and then; an error that it raises ends the fetching.
        :returns: the image as the store describes it.
        :raises computeapi.domain.errors.NotFound: when there is no such image.
        :raises computeapi.domain.errors.Conflict: when the image has no data, or its data may
            not be downloaded.
        :raises computeapi.domain.errors.Invalid: when the data is not the data described.
        :raises computeapi.domain.errors.ImageUnreachable: when the store does not answer now,
            or not to the end; of all these errors, it alone is worth another attempt.
        :raises OSError: when ``target`` cannot be written.
        """


class ImageCatalog(Protocol):
    """The images that callers see, list, change and remove in their own name."""

    def location(self, image_id: str) -> str | None:
        """Return the URL of an image in the store, or None when the store has no URLs."""

    def get(self, context: Context, image_ref: str) -> Image:
        """Return an image: see :meth:`ImageStore.get`."""

    def list(self, context: Context, filters: ImageFilters, page: PageRequest) -> Page[Image]:
        """Return a page of the images that the caller may see, newest first.

        :raises computeapi.domain.errors.MarkerNotFound: when the marker is no image.
        :raises computeapi.domain.errors.Error: when the store does not answer, or refuses to.
        """

    def delete(self, context: Context, image_id: str) -> None:
        """Remove an image.

        :raises computeapi.domain.errors.NotFound: when there is no such image.
        :raises computeapi.domain.errors.Forbidden: when the caller may not.
        :raises computeapi.domain.errors.Error: when the store does not answer, or refuses to.
        """

    def change(self, context: Context, image_id: str, properties: Mapping[str, str | None]) -> None:
        """Set properties of an image; those whose value is None are removed.

        :raises: as :meth:`delete`.
        """


@dataclass(frozen=True, slots=True)
class CachedImage:
    """An image in a local file that is never written to.

    :ivar format: "qcow2" or "raw".
    :ivar virtual_size: bytes of the disk that it holds, by its own header.
    """

    path: Path
    format: str
    virtual_size: int


class ImageCache(Protocol):
    """Images in local files, shared by the guests of a host."""

    def get(self, image_id: str, checkpoint: Checkpoint) -> CachedImage:
        """Return an image's file, fetching it when it is not in the cache yet.

        :param checkpoint: called while it is fetched; an error that it raises ends the fetching.
        :raises computeapi.domain.errors.Error: when the image cannot be fetched or booted.
        :raises OSError: when the cache cannot be written.
        """

    def prune(self, keep: Collection[str]) -> Sequence[str]:
        """Remove the images that are not among ``keep`` and were not asked for lately.

        :returns: the ids of the images removed.
        """
