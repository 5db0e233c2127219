"""The root disk of a guest as one file that needs no other: of guests that run, and of others.

QEMU copies the disk of a guest that runs: what the guest overwrites meanwhile it copies first, so
that the copy is the disk at the moment at which the copying began. The guest does not stand still.
"""

import time
import xml.etree.ElementTree as ET
from pathlib import Path

import libvirt

from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt import packages
from computeapi.virt.driver import DriverError
from computeapi.virt.libvirt.connection import explained, unsupported
from computeapi.virt.libvirt.guests import Guests, not_found

#: Seconds between looks at a copy under way.
LOOK_INTERVAL = 0.2
#: Seconds that a copy may take to end after it was told to.
ABORT_TIMEOUT = 30.0


class Snapshots(Guests):
    """The method of the port by which the disk of a guest is copied."""

    @explained("copy the disk of the guest")
    def snapshot(self, server_id: str, target: Path, checkpoint: Checkpoint) -> None:
        domain = self._find(server_id)
        folder, parked = self._instances.folder(server_id), self._instances.parked(server_id)
        source = next((f.path / "disk" for f in (folder, parked) if f.exists()), None)
        if source is None or not source.exists():
            raise not_found(server_id)
        with packages.made_whole(target) as part:
            if domain is None or not _copy_live(domain, source, part, checkpoint):
                packages.convert(source, "qcow2", part, "qcow2", checkpoint)


def _copy_live(
    domain: libvirt.virDomain, source: Path, target: Path, checkpoint: Checkpoint
) -> bool:
    """Copy the disk of a guest that runs; return False when the guest is off.

    :raises DriverError: when it cannot be copied.
    """
    try:
        # A worker that died may have left one.
        _abort(domain)
        target.unlink(missing_ok=True)
        if not domain.isActive():
            return False
        domain.backupBegin(_description(domain, source, target), None, 0)
    except libvirt.libvirtError as error:
        if not domain.isActive():
            return False
        if unsupported(error):
            reason = "the hypervisor cannot copy the disk of a guest that runs"
            raise DriverError(f"{reason}: {error}", reason) from error
        raise
    try:
        checkpoint()
        while _is_copying(domain):
            time.sleep(LOOK_INTERVAL)
            checkpoint()
    except BaseException:
        _abort(domain)
        raise
    if not domain.isActive():
        target.unlink(missing_ok=True)
        return False
    _require_success(domain)
    return True


def _description(domain: libvirt.virDomain, source: Path, target: Path) -> str:
    """Return libvirt's description of the copy of one disk (libvirt, "Backup XML format")."""
    backup = ET.Element("domainbackup", mode="push")
    disks = ET.SubElement(backup, "disks")
    for disk in ET.fromstring(domain.XMLDesc()).iterfind("devices/disk"):
        name, file = disk.find("target"), disk.find("source")
        is_wanted = file is not None and file.get("file") == str(source)
        element = ET.SubElement(disks, "disk", name=name.get("dev", "") if name is not None else "")
        if not is_wanted:
            element.set("backup", "no")
            continue
        element.set("type", "file")
        ET.SubElement(element, "target", file=str(target))
        ET.SubElement(element, "driver", type="qcow2")
    return ET.tostring(backup, encoding="unicode")


def _is_copying(domain: libvirt.virDomain) -> bool:
    try:
        stats = domain.jobStats()
    except libvirt.libvirtError:
        if domain.isActive():
            raise
        return False
    return stats.get("operation") == libvirt.VIR_DOMAIN_JOB_OPERATION_BACKUP


def _require_success(domain: libvirt.virDomain) -> None:
    stats = domain.jobStats(libvirt.VIR_DOMAIN_JOB_STATS_COMPLETED)
    if stats.get("type") != libvirt.VIR_DOMAIN_JOB_COMPLETED:
        detail = stats.get(libvirt.VIR_DOMAIN_JOB_ERRMSG, stats)
        raise DriverError(f"the copy of the disk of {domain.UUIDString()} failed: {detail}")


def _abort(domain: libvirt.virDomain) -> None:
    """End the copy of a disk that is under way, if there is one."""
    end = time.monotonic() + ABORT_TIMEOUT
    told = False
    while domain.isActive() and _is_copying(domain):
        if not told:
            _tell_to_end(domain)
            told = True
        if time.monotonic() > end:
            raise DriverError(f"a copy of the disk of {domain.UUIDString()} does not end")
        time.sleep(LOOK_INTERVAL)


def _tell_to_end(domain: libvirt.virDomain) -> None:
    try:
        domain.abortJob()
    except libvirt.libvirtError:
        # It may have ended by itself a moment before.
        if domain.isActive() and _is_copying(domain):
            raise
