"""The network cards of a guest that are taps of its host's switch, in its domain XML.

libvirt opens a tap that is there, and leaves it when the guest ends (``managed="no"``, in the
format of domains, "Generic ethernet connection"). The alias of a card is made of the id of its
port: the name of a tap has a part of it only.
"""

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from computeapi.virt.cloud_switch import tap_of
from computeapi.virt.vifs import Vif

#: Aliases that are no choice of libvirt's begin with it.
_ALIAS = "ua-port-"
_VIRTIO = "virtio"


def element(vif: Vif, model: str) -> ET.Element:
    """Return a card.

    :param model: libvirt's name of it.
    """
    card = ET.Element("interface", type="ethernet")
    ET.SubElement(card, "mac", address=vif.mac_address)
    ET.SubElement(card, "target", dev=tap_of(vif.port_id), managed="no")
    ET.SubElement(card, "model", type=model)
    if model == _VIRTIO:
        ET.SubElement(card, "mtu", size=str(vif.mtu))
    ET.SubElement(card, "alias", name=f"{_ALIAS}{vif.port_id}")
    return card


def put(domain: ET.Element, vifs: Iterable[Vif], model: str) -> None:
    """Add cards to a definition that has none of them."""
    devices = domain.find("devices")
    if devices is None:
        raise ValueError("the definition has no devices")
    devices.extend(element(vif, model) for vif in vifs)


def of(domain: ET.Element) -> list[Vif]:
    """Return the cards of a definition, as far as it tells of them."""
    return [_vif(card) for card in domain.findall("devices/interface") if _alias(card)]


def find(domain: ET.Element, port_id: str) -> ET.Element | None:
    """Return the card of a port; None when a definition has none."""
    cards = domain.findall("devices/interface")
    return next((card for card in cards if _alias(card) == f"{_ALIAS}{port_id}"), None)


def _vif(card: ET.Element) -> Vif:
    mac, mtu = card.find("mac"), card.find("mtu")
    address = "" if mac is None else mac.get("address", "")
    size = "1500" if mtu is None else mtu.get("size", "1500")
    return Vif(_alias(card).removeprefix(_ALIAS), "", address, int(size))


def _alias(card: ET.Element) -> str:
    """Return the alias of a card of ours; "" for another card."""
    alias = card.find("alias")
    name = "" if alias is None else alias.get("name", "")
    return name if name.startswith(_ALIAS) else ""
