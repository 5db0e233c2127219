"""Volumes that are plugged into guests, whether they run or not, and unplugged.

A volume is found by its serial number, which is its id. A change is made to the guest that runs and
to its definition, which is that of its next start.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

import libvirt

from computeapi.domain.hardware import Hardware
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt import disks, volume_disks
from computeapi.virt.driver import DriverError, VolumeDisk
from computeapi.virt.libvirt import block_copies, unplugging
from computeapi.virt.libvirt.connection import explained
from computeapi.virt.libvirt.definition import put_disk
from computeapi.virt.libvirt.guests import Guests

#: The definition of the guest that runs, and that of its next start.
LIVE, CONFIG = libvirt.VIR_DOMAIN_AFFECT_LIVE, libvirt.VIR_DOMAIN_AFFECT_CONFIG
#: The buses that take disks only while the guest is off.
_COLD_BUSES = frozenset({"ide", "sata"})
_KEPT = "the guest does not let go of the volume"


class Volumes(Guests):
    """The methods of the port by which guests get volumes and lose them."""

    @explained("plug the volume")
    def plug(self, server_id: str, disk: VolumeDisk) -> None:
        domain = self._existing(server_id)
        found = {flag: volumes_of(domain, flag) for flag in _flags(domain)}
        plugged = [have[disk.volume_id] for have in found.values() if disk.volume_id in have]
        if plugged:
            placed = volume_disks.disk_of(in_place_of(plugged[0], disk))
        else:
            placed = volume_disks.placed(disk, _targets(domain))
            _require_room(domain, placed.bus)
        element = put_disk(ET.Element("devices"), placed, Hardware())
        for flag, have in found.items():
            if disk.volume_id not in have:
                domain.attachDeviceFlags(ET.tostring(element, encoding="unicode"), flag)

    @explained("unplug the volume")
    def unplug(self, server_id: str, volume_id: str, checkpoint: Checkpoint) -> None:
        domain = self._existing(server_id)
        if domain.isActive():
            _unplug_live(domain, volume_id, checkpoint)
        kept = volumes_of(domain, CONFIG).get(volume_id)
        if kept is not None:
            domain.detachDeviceFlags(ET.tostring(kept, encoding="unicode"), CONFIG)

    @explained("show the guest the size of the volume")
    def extend(self, server_id: str, volume_id: str, size: int) -> None:
        domain = self._existing(server_id)
        flag = LIVE if domain.isActive() else CONFIG
        disk = volumes_of(domain, flag).get(volume_id)
        if disk is None:
            raise DriverError(f"guest {server_id} has no volume {volume_id}")
        if flag == CONFIG:
            _grow_file(disk, size)
            return
        # A smaller size would cut the data off.
        if domain.blockInfo(target_of(disk))[0] < size:
            domain.blockResize(target_of(disk), size, libvirt.VIR_DOMAIN_BLOCK_RESIZE_BYTES)

    @explained("swap the volumes")
    def swap(
        self, server_id: str, volume_id: str, disk: VolumeDisk, checkpoint: Checkpoint
    ) -> None:
        domain = self._existing(server_id)
        kept = volumes_of(domain, CONFIG)
        old = kept.get(volume_id, kept.get(disk.volume_id))
        if old is None:
            raise DriverError(f"guest {server_id} has no volume {volume_id}")
        if not domain.isActive() and block_copies.path_of(old) == str(disk.path):
            return
        placed = volume_disks.disk_of(in_place_of(old, disk))
        block_copies.swap(domain, placed, checkpoint)
        # The serial number that the running guest sees stays that of the old volume.
        if block_copies.path_of(old) == str(disk.path):
            return
        element = put_disk(ET.Element("devices"), placed, Hardware())
        domain.updateDeviceFlags(ET.tostring(element, encoding="unicode"), CONFIG)


def _grow_file(disk: ET.Element, size: int) -> None:
    """Grow the file of a guest that is off, which Cinder does not while a guest has it open."""
    source, driver = disk.find("source"), disk.find("driver")
    path = None if source is None else source.get("file")
    if path is not None and driver is not None and driver.get("type") == "qcow2":
        disks.grow_file(Path(path), size)


def _flags(domain: libvirt.virDomain) -> list[int]:
    """Return the flags of the definitions that a guest has: of the running one, and of the next."""
    return [CONFIG, LIVE] if domain.isActive() else [CONFIG]


def _definition(domain: libvirt.virDomain, flag: int) -> ET.Element:
    flags = libvirt.VIR_DOMAIN_XML_INACTIVE if flag == CONFIG else 0
    return ET.fromstring(domain.XMLDesc(flags))


def volumes_of(domain: libvirt.virDomain, flag: int) -> dict[str, ET.Element]:
    """Return the disks of a guest that are volumes, by the ids of these.

    A disk of a running guest keeps the serial number of the volume that another one took the place
    of: the definition of the next start has the right one.
    """
    serials = {target_of(disk): disk.findtext("serial") for disk in all_disks(domain, CONFIG)}
    found = {}
    for disk in all_disks(domain, flag):
        serial = disk.findtext("serial")
        if serial:
            found[serials.get(target_of(disk)) or serial] = disk
    return found


def all_disks(domain: libvirt.virDomain, flag: int) -> list[ET.Element]:
    """Return the disks of a guest, as one of its definitions has them."""
    return _definition(domain, flag).findall("devices/disk")


def _targets(domain: libvirt.virDomain) -> set[str]:
    return {target_of(disk) for flag in _flags(domain) for disk in all_disks(domain, flag)}


def target_of(disk: ET.Element) -> str:
    """Return the name of a disk on its bus."""
    target = disk.find("target")
    return "" if target is None else target.get("dev", "")


def in_place_of(element: ET.Element, disk: VolumeDisk) -> VolumeDisk:
    """Return a volume with the name, the bus and the device of a disk that a guest has."""
    target = element.find("target")
    bus = None if target is None else target.get("bus")
    return replace(disk, target=target_of(element), bus=bus, device=element.get("device", "disk"))


def _require_room(domain: libvirt.virDomain, bus: str) -> None:
    if bus in _COLD_BUSES and domain.isActive():
        message = f"a guest takes a disk on its {bus} bus only while it is off"
        raise DriverError(message, message)


def _unplug_live(domain: libvirt.virDomain, volume_id: str, checkpoint: Checkpoint) -> None:
    """Ask a running guest for a volume until it lets go of it.

    :raises DriverError: when it does not.
    """

    def find() -> ET.Element | None:
        return volumes_of(domain, LIVE).get(volume_id) if domain.isActive() else None

    kept = DriverError(f"{_KEPT}: guest {domain.UUIDString()}, volume {volume_id}", _KEPT)
    unplugging.wait_until_released(find, partial(unplugging.ask, domain), kept, checkpoint)
