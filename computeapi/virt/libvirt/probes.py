"""The processes of QEMU that libvirt starts to learn its capabilities, without a guest.

libvirt ends each of them in a moment. A process that uses libvirt's embedded driver and is killed
meanwhile leaves one behind.
"""

import contextlib
import logging
import os
import shutil
import signal
from pathlib import Path

LOG = logging.getLogger(__name__)


def end(root: Path) -> None:
    """End the probes that were left below a root folder, which no process has open.

    :raises OSError: when one cannot be ended.
    """
    folder = root / "lib" / "qemu"
    for pid in _processes(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            LOG.warning("Ended process %s of QEMU, which an earlier process had left", pid)
    for left in folder.glob("qmp-*"):
        shutil.rmtree(left)


def _processes(folder: Path) -> list[int]:
    """Return the processes of QEMU whose monitor is in a folder of a probe."""
    monitor = b"unix:" + os.fsencode(folder) + b"/qmp-"
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        # It may have ended, or be of another user.
        with contextlib.suppress(OSError):
            arguments = (entry / "cmdline").read_bytes().split(b"\0")
            if any(argument.startswith(monitor) for argument in arguments):
                found.append(int(entry.name))
    return found
