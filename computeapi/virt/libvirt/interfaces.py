"""A guest's network interface in its domain XML, for each way of connecting guests.

The interface is QEMU's user-mode network in all of them: DHCP, name server and gateway are
part of QEMU. They differ in what QEMU may reach.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from xml.etree import ElementTree as ET

from computeapi.domain import addressing
from computeapi.domain.hardware.settings import VIF_MODELS
from computeapi.virt.libvirt import cards, taps
from computeapi.virt.libvirt.cards import ARG, COMMANDLINE, ENV, QEMU
from computeapi.virt.libvirt.emulator import CLOUD, LIFELINE
from computeapi.virt.vifs import Vif

#: Identifies the back end of an interface that libvirt knows nothing of, in QEMU.
ISOLATED_NETDEV = "hostnet0"
#: A PCI slot that libvirt, counting from below, gives to no device.
ISOLATED_SLOT = "0x1e"

_VIRTIO, _VIRTIO_DEVICE = "virtio", "virtio-net-pci"
_MODELS = {_VIRTIO_DEVICE: _VIRTIO}
_CARDS = frozenset({_VIRTIO_DEVICE, *VIF_MODELS})

ET.register_namespace("qemu", QEMU)


class Reach(StrEnum):
    """The networks that a guest can reach."""

    #: The world, but not the host: QEMU runs in a network namespace of its own.
    WORLD = "world"
    #: Nothing. ssh leads to the guest.
    NOTHING = "nothing"
    #: Nothing, and nothing leads to the guest: it has no network card.
    UNPLUGGED = "unplugged"
    #: The networks of its cloud: QEMU runs in the network namespace of the cloud's switch.
    CLOUD = "cloud"
    #: The networks of its host's switch, which is in the namespace of the host.
    SWITCH = "switch"
    #: The world, and what listens on the host's loopback addresses.
    HOST = "host"


@dataclass(frozen=True, slots=True)
class GuestNetwork:
    """How the guests of a host are connected.

    :ivar emulator: the program that libvirt starts for a guest; empty for libvirt's own choice.
    :ivar namespace: the file that says where the namespace of the cloud's switch is.
    :ivar vifs: the network cards that are taps of the switch.
    """

    reach: Reach
    emulator: str = ""
    namespace: str = ""
    vifs: tuple[Vif, ...] = ()


def put(
    domain: ET.Element, network: GuestNetwork, lifeline: Path, model: str | None = None
) -> None:
    """Put the interface that a network wants in the place of one that a domain has.

    :param domain: has ``uuid`` and ``devices``.
    :param lifeline: the FIFO of :mod:`computeapi.virt.libvirt.emulator`.
    :param model: of the network card; None: that of the interface in place, or virtio.
    """
    model = model or model_of(domain)
    devices = domain.find("devices")
    if devices is None:
        raise ValueError("the definition has no devices")
    for parent, tag in ((domain, COMMANDLINE), (devices, "emulator")):
        for element in parent.findall(tag):
            parent.remove(element)
    if network.emulator:
        ET.SubElement(devices, "emulator").text = network.emulator
    if network.reach in (Reach.UNPLUGGED, Reach.CLOUD, Reach.SWITCH):
        _remove_interfaces(devices)
        _put_cards(domain, network, model)
        return
    mac_address = addressing.mac_address(domain.findtext("uuid", ""))
    if network.reach == Reach.NOTHING:
        _remove_interfaces(devices)
        _command_line(domain, mac_address, model)
        return
    if devices.find("interface") is None:
        interface = ET.SubElement(devices, "interface", type="user")
        ET.SubElement(interface, "mac", address=mac_address)
        ET.SubElement(interface, "model", type=model)
    if network.reach == Reach.WORLD:
        environment = ET.SubElement(domain, COMMANDLINE)
        ET.SubElement(environment, ENV, name=LIFELINE, value=str(lifeline))


def _put_cards(domain: ET.Element, network: GuestNetwork, model: str) -> None:
    """Add cards that are taps of a switch; where it is a cloud's, the guest is in its namespace."""
    if network.reach == Reach.SWITCH:
        taps.put(domain, network.vifs, model)
    elif network.reach == Reach.CLOUD:
        line = ET.SubElement(domain, COMMANDLINE)
        ET.SubElement(line, ENV, name=CLOUD, value=network.namespace)
        cards.put(domain, network.vifs, _device_of(model))


def reach_of(definition: str) -> Reach:
    """Return the networks that a guest of this definition can reach."""
    domain = ET.fromstring(definition)
    names = {env.get("name") for env in domain.iter(ENV)}
    if CLOUD in names:
        return Reach.CLOUD
    if LIFELINE in names:
        return Reach.WORLD
    if taps.of(domain):
        return Reach.SWITCH
    if domain.find("devices/interface") is not None:
        return Reach.HOST
    return Reach.UNPLUGGED if domain.find(COMMANDLINE + "/" + ARG) is None else Reach.NOTHING


def netdev_of(definition: str) -> str | None:
    """Return QEMU's name for the back end of a running guest's interface, or None."""
    if reach_of(definition) in (Reach.CLOUD, Reach.SWITCH):
        return None
    domain = ET.fromstring(definition)
    if domain.find(COMMANDLINE + "/" + ARG) is not None:
        return ISOLATED_NETDEV
    alias = domain.find("devices/interface/alias")
    # libvirt names the back end of an interface after the interface.
    return None if alias is None else f"host{alias.get('name')}"


def model_of(domain: ET.Element) -> str:
    """Return the model of a domain's network card."""
    model = domain.find("devices/interface/model")
    if model is not None:
        return model.get("type", _VIRTIO)
    devices = (arg.get("value", "").partition(",")[0] for arg in domain.iter(ARG))
    return next((_MODELS.get(d, d) for d in devices if d in _CARDS), _VIRTIO)


def device_of(domain: ET.Element) -> str:
    """Return QEMU's name for the model of a domain's network cards."""
    return _device_of(model_of(domain))


def _device_of(model: str) -> str:
    """Return QEMU's name for a model of network card."""
    return _VIRTIO_DEVICE if model == _VIRTIO else model


def _remove_interfaces(devices: ET.Element) -> None:
    for interface in devices.findall("interface"):
        devices.remove(interface)


def _command_line(domain: ET.Element, mac_address: str, model: str) -> None:
    """Add an interface that libvirt's XML has no words for: QEMU's own network, restricted."""
    command_line = ET.SubElement(domain, COMMANDLINE)
    netdev = f"user,id={ISOLATED_NETDEV},restrict=on"
    device = f"{_device_of(model)},netdev={ISOLATED_NETDEV},mac={mac_address},addr={ISOLATED_SLOT}"
    for argument in ("-netdev", netdev, "-device", device):
        ET.SubElement(command_line, ARG, value=argument)
