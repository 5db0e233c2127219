"""An image, as far as booting from it goes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Image:
    """:ivar size: bytes, or None when it is not known.
    :ivar min_disk: GiB. :ivar min_ram: MiB.
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
