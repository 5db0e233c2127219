"""Snapshots of volumes that guests have: chains of files, each on top of the one before.

QEMU adds a file to the chain of a guest that runs, and merges files while the guest goes on. For a
guest that is off, its definition and the files are changed.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import libvirt

from computeapi.domain.hardware import Hardware
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt import file_chains, volume_disks
from computeapi.virt.driver import DriverError, VolumeDisk
from computeapi.virt.driver_volumes import VolumeMerge
from computeapi.virt.libvirt import block_jobs
from computeapi.virt.libvirt.block_copies import path_of
from computeapi.virt.libvirt.connection import explained
from computeapi.virt.libvirt.definition import put_disk
from computeapi.virt.libvirt.guests import Guests
from computeapi.virt.libvirt.hardware import AGENT_CHANNEL
from computeapi.virt.libvirt.volumes import (
    CONFIG,
    LIVE,
    all_disks,
    in_place_of,
    target_of,
    volumes_of,
)

LOG = logging.getLogger(__name__)

#: The file is there, and libvirt keeps no record of the snapshot: the volume service does.
_FLAGS = (
    libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY
    | libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT
    | libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA
)
_NOT_FROZEN = "the agent of the guest does not freeze its file systems"
_SUSPENDED = "the memory of a suspended guest knows the files of its volumes"


class VolumeSnapshots(Guests):
    """The methods of the port by which the files of volumes change."""

    @explained("take a snapshot of the volume")
    def snapshot_volume(self, server_id: str, disk: VolumeDisk, must_quiesce: bool = False) -> None:
        domain = self._existing(server_id)
        kept = _kept(domain, disk.volume_id)
        placed = volume_disks.disk_of(in_place_of(kept, disk))
        if domain.isActive() and not _has_file(_live(domain, target_of(kept)), disk.path):
            _take(domain, placed.target, disk.path, must_quiesce)
        # libvirt changes the definition as well where it is that of the running guest.
        kept = _kept(domain, disk.volume_id)
        if not _has_file(kept, disk.path):
            element = put_disk(ET.Element("devices"), placed, Hardware())
            _keep_boot_order(kept, element)
            domain.updateDeviceFlags(ET.tostring(element, encoding="unicode"), CONFIG)

    @explained("merge the files of the volume")
    def merge_volume(
        self, server_id: str, volume_id: str, merge: VolumeMerge, checkpoint: Checkpoint
    ) -> None:
        domain = self._existing(server_id)
        kept = _kept(domain, volume_id)
        if domain.isActive():
            _merge_live(domain, target_of(kept), merge, checkpoint)
        else:
            file_chains.merge(Path(path_of(kept) or ""), merge, checkpoint)


def _kept(domain: libvirt.virDomain, volume_id: str) -> ET.Element:
    """Return a volume in the definition of the next start of a guest.

    :raises DriverError: when the guest does not have it, or is suspended.
    """
    if domain.hasManagedSaveImage():
        raise DriverError(f"guest {domain.UUIDString()} is suspended", _SUSPENDED)
    disk = volumes_of(domain, CONFIG).get(volume_id)
    if disk is None:
        raise DriverError(f"guest {domain.UUIDString()} has no volume {volume_id}")
    return disk


def _live(domain: libvirt.virDomain, target: str) -> ET.Element:
    for disk in all_disks(domain, LIVE):
        if target_of(disk) == target:
            return disk
    raise DriverError(f"guest {domain.UUIDString()} has no disk {target}")


def _has_file(disk: ET.Element, path: Path) -> bool:
    return path_of(disk) == str(path)


def _keep_boot_order(old: ET.Element, new: ET.Element) -> None:
    boot = old.find("boot")
    if boot is not None and new.find("boot") is None:
        new.append(boot)


def _take(domain: libvirt.virDomain, target: str, path: Path, must_quiesce: bool) -> None:
    """Make a guest that runs write to another file, with its file systems frozen if they can be."""
    description = _description(domain, target, path)
    if must_quiesce or _has_agent(domain):
        try:
            quiesced = _FLAGS | libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE
            domain.snapshotCreateXML(description, quiesced)
        except libvirt.libvirtError as error:
            if must_quiesce:
                raise DriverError(f"{_NOT_FROZEN}: {error}", _NOT_FROZEN) from error
            LOG.warning("Guest %s was not quiesced: %s", domain.UUIDString(), error)
            if _has_file(_live(domain, target), path):
                return
        else:
            return
    domain.snapshotCreateXML(description, _FLAGS)


def _description(domain: libvirt.virDomain, target: str, path: Path) -> str:
    snapshot = ET.Element("domainsnapshot")
    disks = ET.SubElement(snapshot, "disks")
    for disk in all_disks(domain, LIVE):
        name = target_of(disk)
        element = ET.SubElement(disks, "disk", name=name)
        if name != target:
            element.set("snapshot", "no")
            continue
        element.set("snapshot", "external")
        element.set("type", "file")
        ET.SubElement(element, "driver", type="qcow2")
        ET.SubElement(element, "source", file=str(path))
    return ET.tostring(snapshot, encoding="unicode")


def _has_agent(domain: libvirt.virDomain) -> bool:
    channels = ET.fromstring(domain.XMLDesc()).iterfind("devices/channel/target")
    return any(channel.get("name") == AGENT_CHANNEL for channel in channels)


def _merge_live(
    domain: libvirt.virDomain, target: str, merge: VolumeMerge, checkpoint: Checkpoint
) -> None:
    """Merge files of a guest that runs.

    :raises DriverError: when they are not one file in the end.
    """
    # A worker that died may have begun it.
    block_jobs.end(domain, target)
    begin = _beginning(domain, target, merge)
    if begin is not None:
        block_jobs.run(domain, target, begin, checkpoint)
        if _beginning(domain, target, merge) is not None:
            raise DriverError(f"the files of disk {target} of {domain.UUIDString()} are as before")


def _beginning(
    domain: libvirt.virDomain, target: str, merge: VolumeMerge
) -> Callable[[], object] | None:
    """Return the call that begins a merge; None when the files are one already."""
    active, *below = _chain(_live(domain, target))
    if not file_chains.is_needed([path.name for path in (active, *below)], merge):
        return None
    names = {path.name: str(path) for path in below}
    if merge.base is not None:
        top, base = names[merge.top or ""], names[merge.base]
        flags = libvirt.VIR_DOMAIN_BLOCK_COMMIT_RELATIVE
        return lambda: domain.blockCommit(target, base, top, 0, flags)
    if merge.top is None:
        return lambda: domain.blockPull(target, 0, 0)
    top, flags = names[merge.top], libvirt.VIR_DOMAIN_BLOCK_REBASE_RELATIVE
    return lambda: domain.blockRebase(target, top, 0, flags)


def _chain(disk: ET.Element) -> list[Path]:
    """Return the files of a disk of a running guest, the one that it writes to first."""
    found, element = [], disk
    while (path := path_of(element)) is not None:
        found.append(Path(path))
        below = element.find("backingStore")
        if below is None:
            break
        element = below
    return found
