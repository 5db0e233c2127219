"""Make the disks of a guest: an overlay on the shared image, ephemeral, swap, config drive.

Every disk is made under another name and renamed when it is whole, so that a
disk that exists is a disk that works, whenever the worker died.
"""

import json
import os
import shutil
import struct
import subprocess
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from computeapi.domain.hardware.hardware import DISK_PREFIXES
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt import iso, packages
from computeapi.virt.driver import DriverError, GuestSpec

GIB = 1024**3
MIB = 1024**2
FORMATS = ("qcow2", "raw")
#: The files of the disks.
ROOT, SWAP, CONFIG_DRIVE = "disk", "disk.swap", "disk.config"
EPHEMERALS = ("disk.ephemeral", "disk.ephemeral1")
#: A user made the image: reading one may take no more than this of the host
#: (bytes of address space, seconds of CPU, seconds).
QEMU_IMG_MEMORY = GIB
QEMU_IMG_CPU = 30
QEMU_IMG_TIMEOUT = 120
PAGE = 4096


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk as a guest's definition names it.

    :ivar target: its name on the guest's bus, e.g. "vda".
    :ivar bus: of libvirt, e.g. "virtio".
    :ivar device: "disk" or "cdrom".
    :ivar serial: the id of a volume; None for a disk that belongs to the guest.
    :ivar shareable: whether other guests have the volume, too.
    :ivar limits: of reads and writes; none for those of the guest's hardware.
    """

    path: Path
    format: str
    target: str
    bus: str = "virtio"
    device: str = "disk"
    read_only: bool = False
    bootable: bool = False
    serial: str | None = None
    shareable: bool = False
    limits: tuple[tuple[str, int], ...] = ()


def make(folder: Path, spec: GuestSpec, checkpoint: Checkpoint) -> list[Disk]:
    """Make the disks of a guest that are not there yet, and return them all.

    :param folder: exists, and is the guest's own.
    :raises DriverError: when the image does not fit or is not one to boot from.
    """
    wanted = planned(folder, spec)
    makers = {**_MAKERS, ROOT: partial(_copied_root, checkpoint) if spec.copies_image else _root}
    for disk in wanted:
        _make_whole(disk.path, makers[disk.path.name], spec)
        checkpoint()
    return wanted


def planned(folder: Path, spec: GuestSpec) -> list[Disk]:
    """Return the disks that a guest has, whether they are there or not."""
    bus = spec.hardware.disk_bus or "virtio"
    root, *ephemerals = (f"{DISK_PREFIXES[bus]}{letter}" for letter in "abc")
    wanted = spec.local_disks
    disks = [
        (Disk(folder / ROOT, "qcow2", root, bus, bootable=True), _has_root(folder, spec)),
        *(
            (Disk(folder / name, "raw", target, bus), number < len(wanted.ephemerals_gb))
            for number, (name, target) in enumerate(zip(EPHEMERALS, ephemerals, strict=True))
        ),
        (Disk(folder / SWAP, "raw", ephemerals[-1], bus), wanted.swap_mb > 0),
        (config_drive_disk(folder / CONFIG_DRIVE, spec), spec.config_drive is not None),
    ]
    return [disk for disk, is_wanted in disks if is_wanted]


def config_drive_disk(path: Path, spec: GuestSpec) -> Disk:
    """Return the config drive: a CD-ROM, so that it takes no name from the guest's disks."""
    prefix, bus = spec.hardware.disk_prefix, spec.hardware.bus_of_cdroms
    # Root, ephemeral and swap disk have the first letters of their bus.
    target = f"{DISK_PREFIXES[bus]}{'d' if DISK_PREFIXES[bus] == prefix else 'a'}"
    return Disk(path, "raw", target, bus, "cdrom", read_only=True)


def make_overlay(path: Path, image_path: Path, image_format: str) -> None:
    """Make a disk as large as an image on top of it, unless it is there.

    :raises DriverError: when the image is not one to boot from.
    """

    def make_one(part: Path) -> None:
        size = image_size(image_path, image_format)
        backing = ["-b", str(image_path.absolute()), "-F", image_format]
        _qemu_img("create", "-q", "-f", "qcow2", *backing, str(part), str(size))

    _write_whole(path, make_one)


def make_config_drive(path: Path, spec: GuestSpec) -> None:
    """Make a config drive, unless it is there.

    :raises DriverError: when it cannot be written.
    """
    _make_whole(path, _config_drive, spec)


def grow(folder: Path, spec: GuestSpec) -> None:
    """Make the disks in a folder as large as a guest needs them; none gets smaller.

    :raises DriverError: when a disk cannot grow.
    """
    root = folder / ROOT
    if root.exists():
        grow_file(root, spec.disk_gb * GIB)
    # A guest may have fewer.
    for name, size_gb in zip(EPHEMERALS, spec.local_disks.ephemerals_gb, strict=False):
        ephemeral, size = folder / name, size_gb * GIB
        if ephemeral.exists() and ephemeral.stat().st_size < size:
            os.truncate(ephemeral, size)


def grow_file(path: Path, size: int) -> None:
    """Make the disk in a qcow2 file as large as wanted; it never gets smaller.

    :param size: bytes.
    :raises DriverError: when it cannot grow.
    """
    info = json.loads(_qemu_img("info", "--output=json", "-f", "qcow2", str(path)))
    if int(info["virtual-size"]) < size:
        _qemu_img("resize", "-q", "-f", "qcow2", str(path), str(size))


def image_size(path: Path, image_format: str) -> int:
    """Return the size in bytes of the disk that an image holds.

    :raises DriverError: when it is no image, or one that leads to other files: a backing
        file or a data file named by an image would show its owner files of this host.
    """
    if image_format not in FORMATS:
        message = f"cannot boot from an image of format {image_format}"
        raise DriverError(message, message)
    # The format is given, never guessed: a guest can write a qcow2 header into a raw disk.
    answer = _qemu_img("info", "--force-share", "--output=json", "-f", image_format, str(path))
    info = json.loads(answer)
    details = info.get("format-specific", {}).get("data", {})
    if "backing-filename" in info or "data-file" in details:
        message = "the image refers to another file, which an image may not"
        raise DriverError(message, message)
    return int(info["virtual-size"])


def _has_root(folder: Path, spec: GuestSpec) -> bool:
    # A guest that moves has its root disk already, and no image.
    return spec.image_path is not None or spec.disk_gb > 0 or (folder / ROOT).exists()


def _make_whole(path: Path, maker: Callable[[Path, GuestSpec], None], spec: GuestSpec) -> None:
    _write_whole(path, lambda part: maker(part, spec))


def _write_whole(path: Path, write: Callable[[Path], None]) -> None:
    if path.exists():
        return
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        write(part)
        part.chmod(0o600)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise DriverError(f"cannot write {path}: {error.strerror}") from error


def _root(path: Path, spec: GuestSpec) -> None:
    """Make a root disk that is an overlay on its image, if it has one."""
    backing: list[str] = []
    if spec.image_path is not None:
        backing = ["-b", str(spec.image_path.absolute()), "-F", spec.image_format]
    size = _root_size(spec)
    _qemu_img("create", "-q", "-f", "qcow2", *backing, str(path), str(size))


def _copied_root(checkpoint: Checkpoint, path: Path, spec: GuestSpec) -> None:
    """Make a root disk that does not need its image."""
    if spec.image_path is None:
        raise DriverError(f"there is no image to copy to {path}")
    size = _root_size(spec)
    packages.convert(spec.image_path, spec.image_format, path, "qcow2", checkpoint)
    _qemu_img("resize", "-q", "-f", "qcow2", str(path), str(size))


def _root_size(spec: GuestSpec) -> int:
    """Return the size of a root disk, bytes.

    :raises DriverError: when its image is larger than that, or none to boot from.
    """
    size = spec.disk_gb * GIB
    if spec.image_path is None:
        return size
    needed = image_size(spec.image_path, spec.image_format)
    if size and needed > size:
        message = (
            f"the image needs a disk of {-(-needed // GIB)} GiB and the flavor has one"
            f" of {spec.disk_gb} GiB"
        )
        raise DriverError(message, message)
    return size or needed


def _ephemeral(number: int, path: Path, spec: GuestSpec) -> None:
    _sparse(path, spec.local_disks.ephemerals_gb[number] * GIB)
    # An ordinary user's PATH often lacks /sbin. Without e2fsprogs the disk stays blank.
    mke2fs = shutil.which("mke2fs", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if mke2fs:
        _run([mke2fs, "-q", "-F", "-t", "ext4", "-L", f"ephemeral{number}", str(path)])


def _swap(path: Path, spec: GuestSpec) -> None:
    """Write the header that mkswap writes: Linux, include/linux/swap.h, ``union swap_header``."""
    size = spec.local_disks.swap_mb * MIB
    _sparse(path, size)
    fields = struct.pack("<III16s16s", 1, size // PAGE - 1, 0, uuid.uuid4().bytes, b"swap0")
    magic = b"SWAPSPACE2"
    with path.open("r+b") as file:
        file.seek(1024)
        file.write(fields)
        file.seek(PAGE - len(magic))
        file.write(magic)


def _config_drive(path: Path, spec: GuestSpec) -> None:
    iso.write(path, spec.config_drive or {})


_MAKERS: Mapping[str, Callable[[Path, GuestSpec], None]] = {
    **{name: partial(_ephemeral, number) for number, name in enumerate(EPHEMERALS)},
    SWAP: _swap,
    CONFIG_DRIVE: _config_drive,
}


def _sparse(path: Path, size: int) -> None:
    with path.open("xb") as file:
        file.truncate(size)


def _qemu_img(*arguments: str) -> str:
    limits = ["prlimit", f"--as={QEMU_IMG_MEMORY}", f"--cpu={QEMU_IMG_CPU}"]
    return _run([*limits, "qemu-img", *arguments])


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=QEMU_IMG_TIMEOUT,
            check=False,
        )
    except FileNotFoundError as error:
        raise DriverError(f"{command[0]} is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise DriverError(f"{command[0]} took over {QEMU_IMG_TIMEOUT} s") from error
    if done.returncode:
        reason = done.stderr.strip() or f"status {done.returncode}"
        raise DriverError(f"{' '.join(command)}: {reason}")
    return done.stdout
