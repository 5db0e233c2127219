"""Images: those that servers boot from, and those that are made of servers."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from computeapi.domain.errors import Invalid

GIB = 1024**3
#: The largest root disk that can be counted, GiB: a database's integer.
MAX_DISK_GB = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Image:
    """:ivar size: bytes, or None when it is not known.
    :ivar min_disk: GiB. :ivar min_ram: MiB.
    :ivar virtual_size: bytes of the disk that the image holds, or None when it is not known.
    :ivar properties: what its owner says of it beyond that, by name.
    :ivar owner: the id of the project that owns it, or None when it is not known.
    """

    id: str
    name: str
    status: str
    size: int | None
    min_disk: int
    min_ram: int
    disk_format: str
    checksum: str | None = None
    virtual_size: int | None = None
    properties: dict[str, str] = field(default_factory=dict)
    owner: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def disk_bytes(self) -> int:
        """Bytes of the image's disk as far as the image service says.

        The worker reads the true number from the image's own header.
        """
        return self.virtual_size or self.size or 0


@dataclass(frozen=True, slots=True)
class ImageFilters:
    """The images of a list; a filter that is None, or empty, admits all.

    :ivar statuses: the image service's own, of which an image has one.
    :ivar changed_since: images changed at or after this moment.
    :ivar min_ram: images that need at least so much memory, MiB.
    :ivar min_disk: images that need at least so large a disk, GiB.
    :ivar properties: the values of properties that images have, by name.
    """

    name: str | None = None
    statuses: tuple[str, ...] = ()
    changed_since: datetime | None = None
    min_ram: int | None = None
    min_disk: int | None = None
    properties: dict[str, str] = field(default_factory=dict)

    def admits(self, image: Image) -> bool:
        """Return whether an image is one of those."""
        changed_at = image.updated_at or datetime.min
        return (
            self.name in (None, image.name)
            and (not self.statuses or image.status in self.statuses)
            and changed_at >= (self.changed_since or datetime.min)
            and image.min_ram >= (self.min_ram or 0)
            and image.min_disk >= (self.min_disk or 0)
            and self.properties.items() <= image.properties.items()
        )


@dataclass(frozen=True, slots=True)
class NewImage:
    """An image to be made of a server's disk, a private one of the server's project.

    :ivar id: a UUID that is chosen here, so that the image is known before it is made.
    :ivar min_disk: GiB. :ivar min_ram: MiB.
    """

    id: str
    name: str
    min_disk: int
    min_ram: int
    properties: dict[str, str]
    disk_format: str = "qcow2"
    container_format: str = "bare"


class Sized(Protocol):
    """The sizes that an image must fit into: those of a flavor, or of a server."""

    @property
    def memory_mb(self) -> int:
        """MiB of memory."""

    @property
    def disk_gb(self) -> int:
        """GiB of the root disk; 0: as large as the image."""


def image_gb(image: Image, flavor: Sized) -> int:
    """Return the GiB to count for a root disk that is as large as its image, rounded up.

    :returns: 0 when the flavor says how large the root disk is.
    :raises Invalid: when the image's disk is larger than can be counted.
    """
    if flavor.disk_gb:
        return 0
    needed = image.disk_bytes if image.virtual_size else max(image.disk_bytes, image.min_disk * GIB)
    counted = max(1, -(-needed // GIB))
    if counted > MAX_DISK_GB:
        raise Invalid(f"The disk of image {image.id} is too large: {needed} bytes.")
    return counted
