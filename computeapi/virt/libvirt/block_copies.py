"""Copies of the disks of guests that run, each put in the place of its disk when it is whole.

QEMU copies a disk, and writes to the copy from then on whatever the guest writes, until the guest
is told to go on with the copy. The guest does not stand still.
"""

import time
from xml.etree import ElementTree as ET

import libvirt

from computeapi.domain.hardware import Hardware
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.disks import Disk
from computeapi.virt.driver import DriverError
from computeapi.virt.libvirt.definition import put_disk

#: Seconds between looks at a copy under way.
LOOK_INTERVAL = 0.2
#: The file is there already, and the copy is not begun anew when the host restarts.
_FLAGS = libvirt.VIR_DOMAIN_BLOCK_COPY_REUSE_EXT | libvirt.VIR_DOMAIN_BLOCK_COPY_TRANSIENT_JOB
_OFF = "only a guest that runs can get another volume in the place of one"


def swap(domain: libvirt.virDomain, copy: Disk, checkpoint: Checkpoint) -> None:
    """Copy a disk of a guest that runs to a file that is there, and put that in its place.

    A guest that has the copy already stays as it is.

    :param copy: with the name that the disk has on its bus.
    :raises DriverError: when the guest is off, or the copy fails.
    """
    if not domain.isActive():
        raise DriverError(f"guest {domain.UUIDString()} is off", _OFF)
    disk = _disk(domain, copy.target)
    if path_of(disk) == str(copy.path):
        return
    if disk.find("mirror") is not None:
        # A worker that died has begun it.
        domain.blockJobAbort(copy.target)
    domain.blockCopy(copy.target, _description(copy), {}, _FLAGS)
    try:
        while not _is_ready(domain, copy.target):
            checkpoint()
            time.sleep(LOOK_INTERVAL)
        domain.blockJobAbort(copy.target, libvirt.VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT)
    except BaseException:
        _end(domain, copy.target)
        raise
    if path_of(_disk(domain, copy.target)) != str(copy.path):
        raise DriverError(f"guest {domain.UUIDString()} did not take {copy.path}")


def _description(copy: Disk) -> str:
    """Return libvirt's description of a copy: the file, and nothing of the guest's device."""
    full = put_disk(ET.Element("devices"), copy, Hardware())
    disk = ET.Element("disk", type=full.get("type", "file"), device="disk")
    ET.SubElement(disk, "driver", name="qemu", type=copy.format)
    disk.extend(full.findall("source"))
    return ET.tostring(disk, encoding="unicode")


def _disk(domain: libvirt.virDomain, target: str) -> ET.Element:
    for disk in ET.fromstring(domain.XMLDesc()).iterfind("devices/disk"):
        name = disk.find("target")
        if name is not None and name.get("dev") == target:
            return disk
    raise DriverError(f"guest {domain.UUIDString()} has no disk {target}")


def path_of(disk: ET.Element) -> str | None:
    """Return the file or the block device of a disk."""
    source = disk.find("source")
    return None if source is None else source.get("file") or source.get("dev")


def _is_ready(domain: libvirt.virDomain, target: str) -> bool:
    """Return whether a copy is whole.

    :raises DriverError: when it has failed.
    """
    mirror = _disk(domain, target).find("mirror")
    if mirror is None:
        raise DriverError(f"the copy of disk {target} of {domain.UUIDString()} failed")
    return mirror.get("ready") == "yes"


def _end(domain: libvirt.virDomain, target: str) -> None:
    """End the copy of a disk that is under way, if there is one."""
    if domain.isActive() and _disk(domain, target).find("mirror") is not None:
        domain.blockJobAbort(target)
