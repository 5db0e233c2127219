"""What every image store does."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from computeapi.domain import errors
from computeapi.domain.context import Context
from computeapi.domain.images import Image

Checkpoint = Callable[[], None]

_IMAGE_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class ImageStore(Protocol):
    """Where images come from. Safe to share between threads, real or green."""

    def get(self, context: Context, image_ref: str) -> Image:
        """Return an image that the caller may see.

        :param context: a context without a token asks in the service's own name.
        :param image_ref: an image's id.
        :raises computeapi.domain.errors.NotFound: when there is none.
        :raises computeapi.domain.errors.ImageUnreachable: when the store does not answer.
        """

    def fetch(self, image_id: str, target: Path, checkpoint: Checkpoint) -> Image:
        """Write an image's data to a file, in the service's own name.

        ``target`` appears whole and verified, and on the disk, or not at all.

        :param checkpoint: called now and then; what it raises ends the fetching.
        :returns: the image as the store describes it.
        :raises computeapi.domain.errors.NotFound: when there is none.
        :raises computeapi.domain.errors.Conflict: when the image has no data.
        :raises computeapi.domain.errors.ImageUnreachable: when the store does not answer,
            or what it sends is not what it promised.
        :raises OSError: when ``target`` cannot be written.
        """


def not_found(image_ref: str) -> errors.NotFound:
    """Return the error for an image that there is not."""
    return errors.NotFound(f"Image {image_ref} could not be found.")


def checked_id(image_ref: str) -> str:
    """Return ``image_ref`` when it may be an image's id (Image API v2: a UUID).

    Nothing else ever becomes a part of a URL or of a path.

    :raises computeapi.domain.errors.NotFound: when it may not.
    """
    if not _IMAGE_ID.fullmatch(image_ref):
        raise not_found(image_ref)
    return image_ref
