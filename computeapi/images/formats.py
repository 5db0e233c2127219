"""The disk format of a file, read from the file itself."""

import struct
from dataclasses import dataclass
from pathlib import Path

from computeapi.domain import errors

# QEMU, docs/interop/qcow2.rst, "Header": big endian; magic, version, offset and size of the
# backing file's name, cluster_bits, virtual size, ...; from byte 72 on (version 3 and later)
# the incompatible features, of which bit 2 is "external data file".
_MAGIC = b"QFI\xfb"
_HEADER = struct.Struct(">4sIQIIQ")
_FEATURES = struct.Struct(">Q")
_FEATURES_OFFSET = 72
_EXTERNAL_DATA = 1 << 2


@dataclass(frozen=True, slots=True)
class DiskFormat:
    """:ivar name: "qcow2" or "raw".
    :ivar virtual_size: bytes that a guest would see.
    :ivar leans_on_files: whether QEMU would open other files that this one names.
    """

    name: str
    virtual_size: int
    leans_on_files: bool = False


def inspect(path: Path) -> DiskFormat:
    """Return the disk format of a file; a file that is not qcow2 is raw.

    :raises computeapi.domain.errors.Invalid: when it is a qcow2 that we do not understand.
    :raises OSError: when it cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(_FEATURES_OFFSET + _FEATURES.size)
    if not start.startswith(_MAGIC):
        return DiskFormat("raw", path.stat().st_size)
    if len(start) < _FEATURES_OFFSET:
        raise errors.Invalid("The qcow2 header is cut off.")
    _, version, backing_offset, _, _, size = _HEADER.unpack_from(start)
    if version not in (2, 3):
        raise errors.Invalid(f"Version {version} of qcow2 is not supported.")
    features = 0
    if version == 3:
        if len(start) < _FEATURES_OFFSET + _FEATURES.size:
            raise errors.Invalid("The qcow2 header is cut off.")
        (features,) = _FEATURES.unpack_from(start, _FEATURES_OFFSET)
    return DiskFormat("qcow2", size, bool(backing_offset or features & _EXTERNAL_DATA))
