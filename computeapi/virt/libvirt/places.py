"""The places of devices in a guest: libvirt chooses those of disks, this driver those of cards."""

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from computeapi.domain.guest_data import BusAddress, BusAddresses
from computeapi.virt.libvirt import cards

#: The parts of an address of a disk at a controller, in the order of the kernel: ``1:0:2:0``.
_AT_CONTROLLER = ("controller", "bus", "target", "unit")


def of_definition(domain: ET.Element) -> BusAddresses:
    """Return the places of the volumes and network cards in a definition."""
    disks = {disk.findtext("serial", ""): disk for disk in domain.findall("devices/disk")}
    slots = cards.slots(domain).items()
    return {**of_disks(disks.items()), **{mac: _pci(0, 0, slot, 0) for mac, slot in slots}}


def of_disks(disks: Iterable[tuple[str, ET.Element]]) -> dict[str, BusAddress]:
    """Return the places of disks by their names; a disk without an address has none.

    :param disks: their names and their elements.
    """
    found = ((name, _of_disk(disk)) for name, disk in disks if name)
    return {name: place for name, place in found if place is not None}


def _of_disk(disk: ET.Element) -> BusAddress | None:
    address, target = disk.find("address"), disk.find("target")
    if address is None or target is None:
        return None
    if address.get("type") == "pci":
        parts = (int(address.get(p, "0"), 0) for p in ("domain", "bus", "slot", "function"))
        return _pci(*parts)
    if address.get("type") == "drive":
        place = ":".join(address.get(part, "0") for part in _AT_CONTROLLER)
        return BusAddress(target.get("bus", ""), place)
    return None


def _pci(domain: int, bus: int, slot: int, function: int) -> BusAddress:
    return BusAddress("pci", f"{domain:04x}:{bus:02x}:{slot:02x}.{function:x}")
