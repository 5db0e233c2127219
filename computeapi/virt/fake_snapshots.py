"""The disks of the fake driver's guests as files: each holds the guest's console output."""

import struct
from pathlib import Path

from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.disks import GIB
from computeapi.virt.fake_base import FakeBase

#: QEMU, docs/interop/qcow2.rst, "Header": magic, version 3, no backing file, clusters of 64 KiB,
#: the size of the disk; the rest of the header is zeroes here.
_HEADER = struct.Struct(">4sIQIIQ")
_HEADER_LENGTH = 512


class FakeSnapshots(FakeBase):
    """The method of the port by which the disk of a guest is copied."""

    def snapshot(self, server_id: str, target: Path, checkpoint: Checkpoint) -> None:
        records = self._records if self._records.holds(server_id) else self._parked
        record = records.read(server_id)
        self._step(checkpoint)
        self._may_fail("snapshot", server_id)
        header = _HEADER.pack(b"QFI\xfb", 3, 0, 0, 16, record["disk_gb"] * GIB)
        part = target.with_name(f"{target.name}.part")
        part.write_bytes(header.ljust(_HEADER_LENGTH, b"\0") + record["console"].encode())
        part.replace(target)


def content_of(image: Path) -> str:
    """Return the console output in a file that :meth:`FakeSnapshots.snapshot` wrote.

    Files of other origin hold none.
    """
    return image.read_bytes()[_HEADER_LENGTH:].decode("utf-8", "replace")
