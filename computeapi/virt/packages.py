"""The disks of a guest that is off: copied, or packed into one file that another host unpacks.

A package is a tar archive of disks that need no other file. A disk with holes is a qcow2 in it.
"""

import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import DriverError

#: Files of a guest that go with it, each with its format as a disk; the swap disk is made anew.
FILES = {
    "disk": "qcow2",
    "disk.ephemeral": "raw",
    "disk.ephemeral1": "raw",
    "disk.config": None,
    "console.log": None,
}
#: Seconds between two calls of a checkpoint while a program runs.
CHECK_INTERVAL = 0.5


def pack(folder: Path, target: Path, checkpoint: Checkpoint) -> None:
    """Pack the disks in a folder into one file, which appears whole or not at all.

    :raises DriverError: when that cannot be.
    """
    with (
        made_whole(target) as part,
        _scratch(target.with_suffix(".packing")) as scratch,
        tarfile.open(part, "w") as archive,
    ):
        for name, disk_format in _present(folder):
            source = folder / name
            if disk_format is not None:
                source = scratch / name
                convert(folder / name, disk_format, source, "qcow2", checkpoint)
            entry = archive.gettarinfo(str(source), name)
            with source.open("rb") as file:
                archive.addfile(entry, _Watched(file, checkpoint))
            # The disk without holes, which is not needed any more, may be large.
            if source.parent == scratch:
                source.unlink()


def unpack(package: Path, folder: Path, checkpoint: Checkpoint) -> None:
    """Make the disks in a folder from a package.

    :param folder: exists.
    :raises DriverError: when that cannot be.
    """
    try:
        with tarfile.open(package, "r") as archive:
            for entry in archive:
                if entry.name not in FILES or not entry.isreg():
                    raise DriverError(f"{package} holds an unknown file: {entry.name!r}")
                part = folder / f"{entry.name}.part"
                with part.open("wb") as file:
                    shutil.copyfileobj(_Watched(archive.extractfile(entry), checkpoint), file)
                _put(part, folder / entry.name, checkpoint)
    except (OSError, tarfile.TarError) as error:
        raise DriverError(f"cannot unpack {package}: {error}") from error


def copy(source: Path, folder: Path, checkpoint: Checkpoint) -> None:
    """Copy the disks in a folder to another folder of the same file system.

    :param folder: exists.
    :raises DriverError: when that cannot be.
    """
    for name in (*FILES, "ssh_port"):
        if not (source / name).exists():
            continue
        # A file system that can share blocks copies nothing.
        options = ("--reflink=auto", "--sparse=always")
        run(["cp", *options, str(source / name), str(folder / name)], checkpoint)


def run(command: list[str], checkpoint: Checkpoint) -> str:
    """Run a program that may take long, and return its output.

    :param checkpoint: called now and then; an error that it raises ends the program.
    :raises DriverError: when the program fails.
    """
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
    except FileNotFoundError as error:
        raise DriverError(f"{command[0]} is not installed") from error
    with process:
        try:
            output, fault = _await(process, checkpoint)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise DriverError(f"{' '.join(command)}: {fault.strip() or process.returncode}")
    return output


def _await(process: "subprocess.Popen[str]", checkpoint: Checkpoint) -> tuple[str, str]:
    while True:
        try:
            return process.communicate(timeout=CHECK_INTERVAL)
        except subprocess.TimeoutExpired:
            checkpoint()


def _present(folder: Path) -> list[tuple[str, str | None]]:
    return [(name, kind) for name, kind in FILES.items() if (folder / name).exists()]


def _put(part: Path, target: Path, checkpoint: Checkpoint) -> None:
    """Put an unpacked file in its place."""
    disk_format = FILES[target.name]
    if disk_format in (None, "qcow2"):
        part.replace(target)
        return
    convert(part, "qcow2", target, "raw", checkpoint)
    part.unlink()


def convert(source: Path, given: str, target: Path, wanted: str, checkpoint: Checkpoint) -> None:
    """Write a disk to a file of another format, or to one that needs no other file.

    :param given: the format of the disk. :param wanted: the format of the file.
    :raises DriverError: when that cannot be.
    """
    formats = ["-f", given, "-O", wanted]
    run(["qemu-img", "convert", *formats, str(source), str(target)], checkpoint)


@contextmanager
def made_whole(target: Path) -> Iterator[Path]:
    """Give the path of a file that takes the place of ``target`` at the end of the block.

    :raises DriverError: when it cannot be written.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except (OSError, tarfile.TarError) as error:
        raise DriverError(f"cannot write {target}: {error}") from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Watched(io.RawIOBase):
    """A file that calls a checkpoint at each reading."""

    def __init__(self, file: IO[bytes] | None, checkpoint: Checkpoint) -> None:
        self._file = file
        self._checkpoint = checkpoint

    def read(self, size: int = -1) -> bytes:
        """Read from the file."""
        self._checkpoint()
        return self._file.read(size) if self._file else b""
