"""Network cards that guests get and lose, whether they run or not: taps of a switch."""

from functools import partial
from xml.etree import ElementTree as ET

import libvirt

from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import DriverError
from computeapi.virt.libvirt import cards, domains, interfaces, taps, unplugging
from computeapi.virt.libvirt.connection import explained
from computeapi.virt.libvirt.guests import Guests
from computeapi.virt.libvirt.interfaces import Reach
from computeapi.virt.vifs import Vif

_KEPT = "the guest does not let go of the network card"


class Vifs(Guests):
    """The methods of the port by which guests get and lose network cards."""

    @explained("plug the network card")
    def plug_vif(self, server_id: str, vif: Vif) -> None:
        domain = self._existing(server_id)
        definition = _definition(domain)
        reach = interfaces.reach_of(_text(definition))
        if reach == Reach.SWITCH or (reach == Reach.UNPLUGGED and self._networks.is_of_host):
            self._plug_tap(domain, definition, vif)
            return
        if reach != Reach.CLOUD:
            raise DriverError(f"guest {server_id} is not in the network of the cloud")
        # By the definition the tap is found when the guest is destroyed before this has ended.
        cards.put(definition, [vif], interfaces.device_of(definition))
        self._connection.get().defineXML(_text(definition))
        self._networks.switch.plug(server_id, vif.port_id, vif.mac_address, vif.mtu)
        if domain.isActive():
            _plug_live(domain, vif, cards.device_in(definition, vif.port_id))

    @explained("unplug the network card")
    def unplug_vif(self, server_id: str, port_id: str, checkpoint: Checkpoint) -> None:
        domain = self._existing(server_id)
        if taps.find(_live(domain), port_id) is not None:
            _unplug_tap(domain, port_id, checkpoint)
        elif domain.isActive():
            _unplug_live(domain, port_id, checkpoint)
        if self._networks.has_switch:
            self._networks.switch.unplug(port_id)
        definition = _definition(domain)
        tap = taps.find(definition, port_id)
        if tap is not None:
            domain.detachDeviceFlags(_text(tap), libvirt.VIR_DOMAIN_AFFECT_CONFIG)
        elif any(card.port_id == port_id for card in cards.of(definition)):
            cards.remove(definition, port_id)
            self._connection.get().defineXML(_text(definition))

    def _plug_tap(self, domain: libvirt.virDomain, definition: ET.Element, vif: Vif) -> None:
        """Give a guest a card of the host's switch."""
        card = _text(taps.element(vif, interfaces.model_of(definition)))
        # By the definition the tap is found when the guest is destroyed before this has ended.
        if taps.find(definition, vif.port_id) is None:
            domain.attachDeviceFlags(card, libvirt.VIR_DOMAIN_AFFECT_CONFIG)
        self._networks.switch.plug(domain.UUIDString(), vif.port_id, vif.mac_address, vif.mtu)
        if domain.isActive() and taps.find(_live(domain), vif.port_id) is None:
            domain.attachDeviceFlags(card, libvirt.VIR_DOMAIN_AFFECT_LIVE)


def _text(element: ET.Element) -> str:
    return ET.tostring(element, encoding="unicode")


def _live(domain: libvirt.virDomain) -> ET.Element:
    """Return a guest as it is now."""
    return ET.fromstring(domain.XMLDesc())


def _unplug_tap(domain: libvirt.virDomain, port_id: str, checkpoint: Checkpoint) -> None:
    """Wait until a running guest has released a card of the host's switch."""

    def find() -> ET.Element | None:
        return taps.find(_live(domain), port_id) if domain.isActive() else None

    ask = partial(unplugging.ask, domain)
    unplugging.wait_until_released(find, ask, _kept(domain, port_id), checkpoint)


def _definition(domain: libvirt.virDomain) -> ET.Element:
    """Return the definition of a guest's next start."""
    return ET.fromstring(domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))


def _plug_live(domain: libvirt.virDomain, vif: Vif, device: str) -> None:
    known = domains.monitor(domain, "info network")
    if cards.back_end_name(vif.port_id) not in known:
        _command(domain, f"netdev_add {cards.back_end(vif)}")
    if cards.card_name(vif.port_id) not in known:
        _command(domain, f"device_add {device}")


def _unplug_live(domain: libvirt.virDomain, port_id: str, checkpoint: Checkpoint) -> None:
    """Wait until a running guest has released a card that libvirt does not know."""
    card = cards.card_name(port_id)

    def find() -> str | None:
        return card if card in domains.monitor(domain, "info network") else None

    def ask(card: str) -> None:
        # A request that is under way is refused; the guest is asked all the same.
        domains.monitor(domain, f"device_del {card}")

    unplugging.wait_until_released(find, ask, _kept(domain, port_id), checkpoint)
    name = cards.back_end_name(port_id)
    if name in domains.monitor(domain, "info network"):
        _command(domain, f"netdev_del {name}")


def _kept(domain: libvirt.virDomain, port_id: str) -> DriverError:
    return DriverError(f"{_KEPT}: guest {domain.UUIDString()}, port {port_id}", _KEPT)


def _command(domain: libvirt.virDomain, command: str) -> None:
    """Send a command that answers nothing when it succeeds.

    :raises DriverError: with QEMU's answer, when it fails.
    """
    answer = domains.monitor(domain, command).strip()
    if answer:
        raise DriverError(f"QEMU refused {command.split(maxsplit=1)[0]}: {answer}")
