"""Refuses files that are no disk image before a cloud offers one."""

import os
import stat
from pathlib import Path

from computeapi.domain.errors import Invalid
from computeapi.images import formats
from computeapi.standalone.errors import CloudError

#: Begin files of formats that the service does not take.
_OTHERS = {
    b"KDMV": "VMDK",
    b"vhdxfile": "VHDX",
    b"conectix": "VHD",
    b"<<< ": "VDI",
    b"QED\0": "QED",
}
_SECTOR = 512
#: Ends the first sector of every disk that a PC boots, by BIOS or by UEFI.
_BOOT_SIGNATURE = b"\x55\xaa"


def check(path: Path) -> str:
    """Return "qcow2" or "raw", the format of an image that a user gave.

    :raises CloudError: when the file cannot be read or is no disk image.
    """
    try:
        # Not opened before that is known: a pipe would be waited for.
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise CloudError(f"The image {path} is no file.")
        with path.open("rb") as file:
            start = file.read(_SECTOR)
        disk = formats.inspect(path)
    except OSError as error:
        raise CloudError(f"The image {path} cannot be read: {error.strerror}.") from error
    except Invalid as error:
        raise CloudError(f"The image {path} cannot be used: {error}") from error
    if disk.leans_on_files:
        raise CloudError(
            f"The image {path} needs another file, its backing or data file: "
            "make it one file with qemu-img convert -O qcow2."
        )
    if disk.name == "raw":
        _check_raw(path, start)
    return disk.name


def _check_raw(path: Path, start: bytes) -> None:
    for magic, name in _OTHERS.items():
        if start.startswith(magic):
            raise CloudError(
                f"The image {path} is of the format {name}: convert it with "
                "qemu-img convert -O qcow2."
            )
    if not start[510:] == _BOOT_SIGNATURE:
        raise CloudError(
            f"The file {path} is no disk image: it is neither qcow2 nor a raw disk with a boot "
            "sector."
        )
