"""The network cards of a guest that are taps of its cloud's switch, in its domain XML.

QEMU opens the taps by itself, in the namespace of the cloud: libvirt would open them in its own.
The cards are on QEMU's command line, as libvirt's XML has no words for that, and the definition
tells which ports they are of: the name of a back end is made of the id of its port.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from xml.etree import ElementTree as ET

from computeapi.domain.block_devices import LETTERS
from computeapi.virt.cloud_switch import tap_of
from computeapi.virt.driver import DriverError
from computeapi.virt.vifs import Vif

QEMU = "http://libvirt.org/schemas/domain/qemu/1.0"
COMMANDLINE, ENV, ARG = f"{{{QEMU}}}commandline", f"{{{QEMU}}}env", f"{{{QEMU}}}arg"
#: PCI slots from the highest down: libvirt, counting from below, gives them to no device.
_SLOTS = range(0x1E, 0x10, -1)
#: A machine of PCI Express plugs devices only into root ports, each of which takes one device.
#: libvirt, counting from below, needs so many for all disks of a guest and the other devices.
_PORTS_OF_LIBVIRT = len(LETTERS) + 8
_PORTS_OF_CARDS = 14
#: The root ports of a guest: libvirt's controllers with the indices from 1 on.
ROOT_PORTS = _PORTS_OF_LIBVIRT + _PORTS_OF_CARDS
_NETDEV, _DEVICE = "-netdev", "-device"
_BACK_END, _CARD = "port-", "card-"
#: The switch's own datapath cannot finish what a guest leaves to its card.
_NO_OFFLOADS = "".join(
    f",{name}=off"
    for name in (
        "csum", "gso", "host_tso4", "host_tso6", "host_ecn", "host_ufo",
        "guest_csum", "guest_tso4", "guest_tso6", "guest_ecn", "guest_ufo",
    )
)  # fmt: skip
_VIRTIO = "virtio-net-pci"
_BUS = re.compile(r"pcie?\.(?P<index>\d+)")


def back_end(vif: Vif) -> str:
    """Return the back end of a card, as QEMU is told of it."""
    name = f"{_BACK_END}{vif.port_id}"
    return f"tap,id={name},ifname={tap_of(vif.port_id)},script=no,downscript=no"


def device(vif: Vif, model: str, place: str) -> str:
    """Return a card, as QEMU is told of it.

    :param model: QEMU's name of it. :param place: QEMU's words for its place on the PCI bus.
    """
    names = f"netdev={_BACK_END}{vif.port_id},id={_CARD}{vif.port_id},mac={vif.mac_address}"
    offloads = f"{_NO_OFFLOADS},host_mtu={vif.mtu}" if model == _VIRTIO else ""
    return f"{model},{names}{offloads},{place}"


def device_in(domain: ET.Element, port_id: str) -> str:
    """Return the card of a port, as QEMU is told of it in a definition that has it.

    A card that is plugged into the running guest has its slot there, too: libvirt does not know of
    it, and gives the slot that QEMU would choose to another device.
    """
    name = f"id={_CARD}{port_id}"
    return next(value for value in _values(domain) if name in value.split(","))


def back_end_name(port_id: str) -> str:
    """Return the name of the back end of a port's card."""
    return f"{_BACK_END}{port_id}"


def card_name(port_id: str) -> str:
    """Return the name of a port's card."""
    return f"{_CARD}{port_id}"


def put(domain: ET.Element, vifs: Iterable[Vif], model: str) -> None:
    """Add cards to a definition; those that it has stay as they are.

    :raises DriverError: when the guest has no place for one.
    """
    line = domain.find(COMMANDLINE)
    if line is None:
        line = ET.SubElement(domain, COMMANDLINE)
    for vif in vifs:
        known = of(domain)
        if any(vif.port_id == one.port_id for one in known):
            continue
        card = device(vif, model, _free_place(domain))
        for argument in (_NETDEV, back_end(vif), _DEVICE, card):
            ET.SubElement(line, ARG, value=argument)


def _free_place(domain: ET.Element) -> str:
    """Return QEMU's words for a place that no device has.

    :raises DriverError: when all are taken.
    """
    taken = _arguments(domain)
    if len(domain.findall("devices/controller[@model='pcie-root-port']")) < ROOT_PORTS:
        # A PC, or a guest that an earlier version defined.
        places = [(f"addr={slot:#x}", f"addr={slot:#x}") for slot in _SLOTS]
    else:
        ports = range(ROOT_PORTS, _PORTS_OF_LIBVIRT, -1)
        places = [(f"bus=pci.{port}", f"bus=pci.{port},addr=0x0") for port in ports]
    for option, place in places:
        if option not in taken:
            return place
    message = "the guest has as many network cards as it can have"
    raise DriverError(message, message)


def remove(domain: ET.Element, port_id: str) -> None:
    """Remove the card of a port from a definition. A missing card is no error."""
    for line in domain.findall(COMMANDLINE):
        elements = line.findall(ARG)
        for flag, value in pairwise(elements):
            options = value.get("value", "").split(",")
            if {f"id={_BACK_END}{port_id}", f"id={_CARD}{port_id}"} & set(options):
                line.remove(flag)
                line.remove(value)


def of(domain: ET.Element) -> list[Vif]:
    """Return the cards of a definition, as far as it tells of them."""
    return [found for found in map(_vif, _values(domain)) if found is not None]


def places(domain: ET.Element) -> dict[str, tuple[int, int]]:
    """Return the PCI buses and slots of the cards of a definition, by their MAC addresses.

    libvirt's controller of the index N is the bus ``pci.N`` of QEMU, and the bus N of the guest.
    """
    found = {}
    for options in map(_options, _values(domain)):
        bus = _BUS.fullmatch(options.get("bus", "pci.0"))
        if options.get("id", "").startswith(_CARD) and bus is not None:
            slot = options.get("addr", "0").partition(".")[0]
            found[options["mac"]] = (int(bus["index"]), int(slot, 0))
    return found


def _options(argument: str) -> dict[str, str]:
    return dict(option.split("=", 1) for option in argument.split(",") if "=" in option)


def _vif(argument: str) -> Vif | None:
    options = _options(argument)
    name = options.get("id", "")
    if not name.startswith(_CARD):
        return None
    mtu = int(options.get("host_mtu", "1500"))
    return Vif(name.removeprefix(_CARD), "", options["mac"], mtu)


def _values(domain: ET.Element) -> Iterator[str]:
    return (argument.get("value", "") for argument in domain.iter(ARG))


def _arguments(domain: ET.Element) -> set[str]:
    return {option for value in _values(domain) for option in value.split(",")}
