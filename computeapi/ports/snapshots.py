"""The images that this service makes of the disks of servers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from computeapi.domain.context import Context
from computeapi.domain.images import NewImage
from computeapi.ports.checkpoint import Checkpoint


class SnapshotStore(Protocol):
    """The image store, as far as this service writes to it.

    An image is made by the caller who wants it, so that it belongs to the caller's project, and its
    data is written in the service's own name, when the disk has been copied. Threads, real or
    green, may share it.
    """

    def location(self, image_id: str) -> str | None:
        """Return the URL of an image in the store, or None when the store has no URLs."""

    def create(self, context: Context, new: NewImage) -> None:
        """Make an image without data, in the caller's name and project; its status is "queued".

        :raises computeapi.domain.errors.Forbidden: when the caller may not, or has too many images.
        :raises computeapi.domain.errors.Invalid: when the store does not take the description.
        :raises computeapi.domain.errors.ImageUnreachable: when the store does not answer now.
        :raises computeapi.domain.errors.Error: when it refuses.
        """

    def discard(self, context: Context, image_id: str) -> None:
        """Remove an image that the caller has just made. No image is no error.

        :raises computeapi.domain.errors.Error: when it is not removed.
        """

    def upload(self, image_id: str, source: Path, checkpoint: Checkpoint) -> None:
        """Write an image's data, in the service's own name; its status is "active" then.

        An image that is active already is left as it is.

        :param checkpoint: called now and then; an error that it raises ends the work.
        :raises computeapi.domain.errors.NotFound: when there is no such image.
        :raises computeapi.domain.errors.ImageUnreachable: when the store does not answer now.
        :raises computeapi.domain.errors.Error: when it refuses the data.
        :raises OSError: when ``source`` cannot be read.
        """

    def status(self, image_id: str) -> str | None:
        """Return the status of an image, or None when there is no such image.

        :raises computeapi.domain.errors.Error: when the store does not say.
        """

    def remove(self, image_id: str) -> None:
        """Remove an image, in the service's own name. No image is no error.

        :raises computeapi.domain.errors.Error: when it is not removed.
        """

    def owned(self, project_id: str, properties: Mapping[str, str]) -> Sequence[str]:
        """Return the ids of the images of a project that have some properties, newest first.

        :raises computeapi.domain.errors.Error: when the store does not say.
        """
