"""Jobs by which QEMU changes the files of a disk of a guest that runs."""

import time
from collections.abc import Callable

import libvirt

from computeapi.ports.checkpoint import Checkpoint

#: Seconds between looks at a job under way.
LOOK_INTERVAL = 0.2


def run(
    domain: libvirt.virDomain, target: str, begin: Callable[[], object], checkpoint: Checkpoint
) -> None:
    """Begin a job on a disk, and wait until it ends, in success or failure.

    :param begin: begins it. :param checkpoint: an error that it raises ends the job.
    """
    begin()
    try:
        while _is_under_way(domain, target):
            checkpoint()
            time.sleep(LOOK_INTERVAL)
    except BaseException:
        end(domain, target)
        raise


def end(domain: libvirt.virDomain, target: str) -> None:
    """End the job on a disk that is under way, if there is one."""
    if domain.isActive() and _is_under_way(domain, target):
        try:
            domain.blockJobAbort(target)
        except libvirt.libvirtError:
            # It may have ended by itself a moment before.
            if _is_under_way(domain, target):
                raise


def _is_under_way(domain: libvirt.virDomain, target: str) -> bool:
    return bool(domain.blockJobInfo(target))
