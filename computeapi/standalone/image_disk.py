"""The formats a bootable disk is put together from: initramfs, partition table, disk."""

import gzip
import shutil
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MIB = 1024 * 1024
SECTOR = 512
_FOLDER, _FILE, _DEVICE = 0o040755, 0o100755, 0o020600


@dataclass(frozen=True, slots=True)
class Partition:
    """A file system that becomes a partition.

    :ivar kind: type byte of a DOS partition table.
    """

    content: Path
    kind: int
    bootable: bool = False


def _entry(number: int, name: str, mode: int, data: bytes, device: tuple[int, int]) -> bytes:
    # newc, see cpio(5): thirteen fields of eight hexadecimal digits after the magic
    path = name.encode() + b"\0"
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(path), 0)
    head = b"070701" + b"".join(b"%08X" % f for f in fields) + path
    return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)


def initramfs(files: Mapping[str, bytes], folders: tuple[str, ...]) -> bytes:
    """Return a gzipped cpio archive, owned by root, with ``/dev/console`` in it.

    :param files: executable files by their path, without a leading slash.
    :param folders: paths of folders, parents first.
    """
    entries = [(name, _FOLDER, b"", (0, 0)) for name in folders]
    entries.append(("dev/console", _DEVICE, b"", (5, 1)))
    entries += [(name, _FILE, data, (0, 0)) for name, data in files.items()]
    archive = b"".join(_entry(n, *entry) for n, entry in enumerate(entries, start=1))
    return gzip.compress(archive + _entry(0, "TRAILER!!!", 0, b"", (0, 0)), 9, mtime=0)


def partition_table(sizes: list[tuple[int, Partition]], boot_code: bytes) -> bytes:
    """Return a master boot record.

    :param sizes: start in sectors of each partition, and the partition.
    :param boot_code: at most 440 bytes.
    """
    record = bytearray(boot_code.ljust(SECTOR, b"\0"))
    for index, (start, part) in enumerate(sizes):
        sectors = part.content.stat().st_size // SECTOR
        status = 0x80 if part.bootable else 0
        # Cylinders, heads and sectors are given as "too far to say", so that the
        # sector numbers count.
        far = b"\xfe\xff\xff"
        entry = struct.pack("<B3sB3sII", status, far, part.kind, far, start, sectors)
        record[446 + 16 * index : 462 + 16 * index] = entry
    record[510:512] = b"\x55\xaa"
    return bytes(record)


def assemble(disk: Path, partitions: list[Partition], boot_code: bytes) -> None:
    """Write a disk of the given partitions, each aligned to a MiB."""
    placed, start = [], MIB
    with disk.open("wb") as out:
        for part in partitions:
            placed.append((start // SECTOR, part))
            out.seek(start)
            with part.content.open("rb") as content:
                shutil.copyfileobj(content, out, MIB)
            start += -(-part.content.stat().st_size // MIB) * MIB
        out.truncate(start)
        out.seek(0)
        out.write(partition_table(placed, boot_code))
