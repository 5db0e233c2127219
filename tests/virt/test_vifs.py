"""Network cards that guests get and lose: every death of the worker, and a destroy after it."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from computeapi.virt.libvirt import cards, interfaces, taps, unplugging
from computeapi.virt.libvirt.interfaces import GuestNetwork, Reach
from computeapi.virt.libvirt.networks import Networks
from computeapi.virt.libvirt.vifs import Vifs
from computeapi.virt.vifs import Vif

libvirt = pytest.importorskip("libvirt")

SERVER = "11111111-1111-4111-8111-111111111111"
FIRST, SECOND = (
    Vif(f"{d * 8}-0000-4000-8000-000000000000", "n", f"fa:16:3e:00:00:0{d}", 1442) for d in "12"
)


class Host:
    """A hypervisor with one guest that is off, and the switch beside it.

    :param reach: of the guest: a cloud's switch, or that of the host.

    The worker dies before the change with the number ``fatal``, the first one being 0.
    """

    def __init__(self, reach: Reach) -> None:
        domain = ET.fromstring(f"<domain><uuid>{SERVER}</uuid><devices/></domain>")
        network = GuestNetwork(reach, "/bin/wrapper", "/namespace.json", (FIRST,))
        interfaces.put(domain, network, Path("/lifeline"))
        self.definition = ET.tostring(domain, encoding="unicode")
        self.taps = {FIRST.port_id}
        self.fatal: int | None = None

    def _change(self) -> None:
        if self.fatal is not None:
            self.fatal -= 1
            if self.fatal < 0:
                raise SystemExit

    # The connection, and the domain

    def get(self):
        return self

    def defineXML(self, text):
        self._change()
        self.definition = text

    def attachDeviceFlags(self, text, flags):
        assert flags == libvirt.VIR_DOMAIN_AFFECT_CONFIG
        domain = ET.fromstring(self.definition)
        domain.find("devices").append(ET.fromstring(text))
        self.defineXML(ET.tostring(domain, encoding="unicode"))

    def detachDeviceFlags(self, text, flags):
        assert flags == libvirt.VIR_DOMAIN_AFFECT_CONFIG
        domain = ET.fromstring(self.definition)
        (vif,) = taps.of(ET.fromstring(f"<domain><devices>{text}</devices></domain>"))
        domain.find("devices").remove(taps.find(domain, vif.port_id))
        self.defineXML(ET.tostring(domain, encoding="unicode"))

    def XMLDesc(self, _flags=0):
        return self.definition

    def UUIDString(self):
        return SERVER

    def isActive(self):
        return False

    # The switch

    def plug(self, _server_id, port_id, _mac_address, _mtu):
        self._change()
        self.taps.add(port_id)

    def unplug(self, port_id):
        self._change()
        self.taps.discard(port_id)


class Driver(Vifs):
    def __init__(self, host: Host) -> None:
        self._connection = self._host = host
        self._networks = Networks.__new__(Networks)
        self._networks._switch = host

    def _existing(self, _server_id):
        return self._host

    def destroy(self) -> None:
        self._networks.unplug(self._host)


@pytest.fixture(params=[Reach.CLOUD, Reach.SWITCH])
def host(request):
    return Host(request.param)


def card_ids(host):
    domain = ET.fromstring(host.definition)
    return {card.port_id for card in [*cards.of(domain), *taps.of(domain)]}


def test_a_card_is_plugged_and_unplugged(host):
    driver = Driver(host)
    for _ in range(2):
        driver.plug_vif(SERVER, SECOND)
        assert host.taps == card_ids(host) == {FIRST.port_id, SECOND.port_id}
    for _ in range(2):
        driver.unplug_vif(SERVER, SECOND.port_id, lambda: None)
        assert host.taps == card_ids(host) == {FIRST.port_id}


@pytest.mark.parametrize("fatal", [0, 1])
def test_no_tap_is_left_when_a_worker_dies_over_a_plug_and_the_guest_is_destroyed(host, fatal):
    driver = Driver(host)
    host.fatal = fatal
    with pytest.raises(SystemExit):
        driver.plug_vif(SERVER, SECOND)
    host.fatal = None
    driver.destroy()
    assert host.taps == set()


@pytest.mark.parametrize("fatal", [0, 1])
def test_no_tap_is_left_when_a_worker_dies_over_an_unplug_and_the_guest_is_destroyed(host, fatal):
    driver = Driver(host)
    driver.plug_vif(SERVER, SECOND)
    host.fatal = fatal
    with pytest.raises(SystemExit):
        driver.unplug_vif(SERVER, SECOND.port_id, lambda: None)
    host.fatal = None
    driver.destroy()
    assert host.taps == set()


class Running(Host):
    """A guest of its host's switch that runs, and releases a card when it is asked again."""

    def __init__(self) -> None:
        super().__init__(Reach.SWITCH)
        self.live, self.asked = self.definition, 0

    def isActive(self):
        return True

    def XMLDesc(self, flags=0):
        return self.definition if flags & libvirt.VIR_DOMAIN_XML_INACTIVE else self.live

    def attachDeviceFlags(self, text, flags):
        if flags == libvirt.VIR_DOMAIN_AFFECT_CONFIG:
            super().attachDeviceFlags(text, flags)
        else:
            assert SECOND.port_id in self.taps, "QEMU opens the tap at once"
            self.live = self.definition

    def detachDeviceFlags(self, text, flags):
        if flags == libvirt.VIR_DOMAIN_AFFECT_CONFIG:
            super().detachDeviceFlags(text, flags)
            return
        self.asked += 1
        if self.asked == 1:
            raise libvirt.libvirtError("already in the process of unplug")
        if self.asked == 3:
            domain = ET.fromstring(self.live)
            domain.find("devices").remove(taps.find(domain, SECOND.port_id))
            self.live = ET.tostring(domain, encoding="unicode")


def test_a_guest_that_runs_is_asked_until_it_releases_the_card(monkeypatch):
    monkeypatch.setattr(unplugging, "ASK_INTERVAL", 0.0)
    monkeypatch.setattr(unplugging, "LOOK_INTERVAL", 0.0)
    host = Running()
    driver, looks = Driver(host), []
    for _ in range(2):
        driver.plug_vif(SERVER, SECOND)
        assert taps.find(ET.fromstring(host.live), SECOND.port_id) is not None
    driver.unplug_vif(SERVER, SECOND.port_id, lambda: looks.append(host.asked))
    assert looks == [1, 2, 3]
    assert taps.find(ET.fromstring(host.live), SECOND.port_id) is None
    assert host.taps == card_ids(host) == {FIRST.port_id}
