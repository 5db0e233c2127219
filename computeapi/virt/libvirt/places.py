"""The places of devices in a guest: libvirt chooses those of disks, this driver those of cards."""

from collections.abc import Iterable, Mapping
from xml.etree import ElementTree as ET

from computeapi.domain.guest_data import BusAddress, BusAddresses
from computeapi.virt.libvirt import cards

#: The parts of an address of a disk at a controller, in the order of the kernel: ``1:0:2:0``.
_AT_CONTROLLER = ("controller", "bus", "target", "unit")


def of_definition(domain: ET.Element) -> BusAddresses:
    """Return the places of the volumes and network cards in a definition."""
    own = {mac: _pci(0, bus, slot, 0) for mac, (bus, slot) in cards.places(domain).items()}
    disks = {disk.findtext("serial", ""): disk for disk in domain.findall("devices/disk")}
    interfaces = {_mac_of(card): card for card in domain.findall("devices/interface")}
    return {**own, **_of_elements(disks.items()), **_of_elements(interfaces.items())}


def of_disks(disks: Mapping[str, ET.Element]) -> BusAddresses:
    """Return the places of disks by their names; a disk without an address has none."""
    return _of_elements(disks.items())


def _of_elements(elements: Iterable[tuple[str, ET.Element]]) -> dict[str, BusAddress]:
    found = ((name, _place(element)) for name, element in elements if name)
    return {name: place for name, place in found if place is not None}


def _mac_of(interface: ET.Element) -> str:
    mac = interface.find("mac")
    return "" if mac is None else mac.get("address", "")


def _place(element: ET.Element) -> BusAddress | None:
    address, target = element.find("address"), element.find("target")
    if address is None:
        return None
    if address.get("type") == "pci":
        parts = (int(address.get(p, "0"), 0) for p in ("domain", "bus", "slot", "function"))
        return _pci(*parts)
    if address.get("type") == "drive" and target is not None:
        place = ":".join(address.get(part, "0") for part in _AT_CONTROLLER)
        return BusAddress(target.get("bus", ""), place)
    return None


def _pci(domain: int, bus: int, slot: int, function: int) -> BusAddress:
    return BusAddress("pci", f"{domain:04x}:{bus:02x}:{slot:02x}.{function:x}")
