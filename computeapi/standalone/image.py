"""Finds the image that a cloud offers: given, found, built before, or built now."""

import sys
from dataclasses import dataclass
from pathlib import Path

from computeapi.standalone import image_build, image_cache, image_check, image_packages
from computeapi.standalone.errors import CloudError
from computeapi.standalone.processes import Service
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder

NAME = image_cache.NAME
#: MiB of memory that the test image needs: 64 are too few.
MIN_RAM = 96
_QCOW2 = b"QFI\xfb"


@dataclass(frozen=True, slots=True)
class Found:
    """An image to offer.

    :ivar disk_format: "qcow2" or "raw". :ivar min_ram: MiB that a guest of it needs.
    :ivar version: of the test image, see :func:`image_build.fingerprint`; else empty.
    """

    name: str
    path: Path
    disk_format: str
    min_ram: int
    version: str = ""


def builder(state: StateFolder) -> Service:
    """Return the program that builds the image into the cache.

    :raises CloudError: when it could not.
    """
    if reason := image_packages.unavailable_reason():
        raise CloudError(reason)
    command = [sys.executable, "-m", image_cache.__name__]
    return Service("building the test image", command, state.logs / "image.log")


def disk_format(path: Path) -> str:
    """Return "qcow2" or "raw" by the first bytes of the file.

    :raises CloudError: when it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return "qcow2" if file.read(4) == _QCOW2 else "raw"
    except OSError as error:
        raise CloudError(f"The image {path} cannot be read: {error.strerror}.") from error


def given(path: Path) -> Found:
    """Return the user's own image, named as its file is.

    :raises CloudError: when it cannot be read or is no image.
    """
    return Found(path.stem, path, image_check.check(path), 0)


def find(state: StateFolder) -> Found | None:
    """Return the test image: from the state folder or the cache; None when it has to be built."""
    for path in sorted(state.images.glob("*.qcow2")):
        return Found(path.stem, path, disk_format(path), 0)
    cached = image_cache.path()
    version = image_build.fingerprint()
    return Found(NAME, cached, "qcow2", MIN_RAM, version) if cached.exists() else None


def is_outdated(settings: Settings) -> bool:
    """Return whether a cloud offers a test image that an earlier version built."""
    offers_one = NAME in settings.images and settings.driver != "fake"
    return offers_one and settings.image_version != image_build.fingerprint()


def empty(state: StateFolder) -> Found:
    """Return an image with nothing on it, for a driver that boots nothing."""
    path = state.images / "empty.raw"
    path.write_bytes(bytes(1024 * 1024))
    return Found(NAME, path, "raw", 0)
