"""The identity of a worker's state folder, by which its host knows the worker."""

import logging
import os
import uuid
from pathlib import Path

from computeapi.domain.errors import Conflict
from computeapi.domain.host_owners import HostOwner

LOG = logging.getLogger(__name__)

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def identify(state_path: Path) -> HostOwner:
    """Return the owner that a worker with this state folder is.

    The folder gets an id at its first use: ``host-id``, a file that moves with it. Call this with
    the folder's lock held.

    :raises Conflict: when the file holds no id.
    :raises OSError: when it cannot be read or made.
    """
    path = state_path / "host-id"
    if not path.exists():
        _write(path, f"{uuid.uuid4()}\n")
        LOG.info("Gave the state folder %s an id", state_path)
    try:
        folder = str(uuid.UUID(path.read_text().strip()))
    except ValueError as error:
        raise Conflict(
            f"{path} does not hold the id of this state folder. Restore it from a backup."
        ) from error
    return HostOwner(folder, _place(path), str(uuid.uuid4()))


def _place(path: Path) -> str:
    """Return where a file is: on which machine, since its boot, and in which file system."""
    # A copy of a virtual machine has the machine-id of its original, but another boot.
    boot = _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else ""
    status = path.stat()
    return f"{boot}:{status.st_dev}:{status.st_ino}"


def _write(path: Path, text: str) -> None:
    """Write a file whole, or not at all."""
    part = path.with_name(f"{path.name}.part")
    with part.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
