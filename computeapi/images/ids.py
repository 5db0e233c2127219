"""The ids of images."""

import re

from computeapi.domain import errors

_IMAGE_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def not_found(image_ref: str) -> errors.NotFound:
    """Return the error for an image that does not exist."""
    return errors.NotFound(f"Image {image_ref} could not be found.")


def checked_id(image_ref: str) -> str:
    """Return ``image_ref`` when it may be an image's id (Image API v2: a UUID).

    Nothing else ever becomes a part of a URL or of a path.

    :raises computeapi.domain.errors.NotFound: when it may not.
    """
    if not _IMAGE_ID.fullmatch(image_ref):
        raise not_found(image_ref)
    return image_ref
