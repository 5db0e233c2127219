"""The network cards of guests that are taps of the cloud's switch, in their definitions."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from computeapi.domain.guest_data import BusAddress
from computeapi.domain.hardware import Hardware
from computeapi.virt.driver import DriverError
from computeapi.virt.libvirt import cards, hardware, interfaces, places
from computeapi.virt.libvirt.interfaces import GuestNetwork, Reach
from computeapi.virt.vifs import Vif

FIRST, SECOND, THIRD = (
    Vif(f"{d * 8}-0000-4000-8000-000000000000", "n", f"fa:16:3e:00:00:0{d}", 1442) for d in "123"
)
FILE = "/state/network/namespace.json"
UUID = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def domain():
    text = f"<domain><uuid>{UUID}</uuid><devices><interface type='user'/></devices></domain>"
    return ET.fromstring(text)


def connect(domain, *vifs, model="virtio"):
    network = GuestNetwork(Reach.CLOUD, "/bin/wrapper", FILE, vifs)
    interfaces.put(domain, network, Path("/lifeline"), model)


def seen(domain):
    return [(card.port_id, card.mac_address, card.mtu) for card in cards.of(domain)]


def told(*vifs):
    return [(vif.port_id, vif.mac_address, vif.mtu) for vif in vifs]


def arguments(domain):
    return [argument.get("value") for argument in domain.iter(cards.ARG)]


def text(domain):
    return ET.tostring(domain, encoding="unicode")


def test_a_guest_in_the_networks_of_its_cloud(domain):
    connect(domain, FIRST, SECOND)
    assert interfaces.reach_of(text(domain)) == Reach.CLOUD
    assert domain.find("devices/interface") is None
    assert domain.findtext("devices/emulator") == "/bin/wrapper"
    (env,) = domain.iter(cards.ENV)
    assert (env.get("name"), env.get("value")) == ("COMPUTEAPI_NAMESPACE", FILE)
    assert seen(domain) == told(FIRST, SECOND)
    # Its port 22 is reached by its addresses: no port of the host leads to it.
    assert interfaces.netdev_of(text(domain)) is None


def test_qemu_opens_the_taps_of_the_ports(domain):
    connect(domain, FIRST)
    flag, back_end, other, card = arguments(domain)
    assert (flag, other) == ("-netdev", "-device")
    name = f"port-{FIRST.port_id}"
    assert back_end == f"tap,id={name},ifname=tap11111111-00,script=no,downscript=no"
    options = card.split(",")
    assert options[0] == "virtio-net-pci"
    wanted = {f"netdev={name}", "mac=fa:16:3e:00:00:01", "host_mtu=1442", "addr=0x1e"}
    assert wanted < set(options)
    assert {"csum=off", "gso=off", "host_tso4=off", "guest_csum=off", "guest_tso6=off"} < set(
        options
    )


def test_a_card_of_another_model_has_none_of_the_options_of_virtio(domain):
    connect(domain, FIRST, model="e1000")
    card = arguments(domain)[-1]
    assert card.startswith("e1000,netdev=")
    assert "csum" not in card
    assert "host_mtu" not in card
    assert interfaces.device_of(domain) == "e1000"


def test_a_guest_without_cards_is_in_the_namespace(domain):
    connect(domain)
    assert interfaces.reach_of(text(domain)) == Reach.CLOUD
    assert seen(domain) == []


def test_cards_come_and_go(domain):
    connect(domain, FIRST, SECOND)
    cards.put(domain, [SECOND, THIRD], "virtio-net-pci")
    assert seen(domain) == told(FIRST, SECOND, THIRD)
    slots = [value.partition("addr=")[2] for value in arguments(domain) if "addr=" in value]
    assert len(set(slots)) == 3
    assert cards.device_in(domain, THIRD.port_id) == arguments(domain)[-1]
    cards.remove(domain, FIRST.port_id)
    cards.remove(domain, FIRST.port_id)
    assert seen(domain) == told(SECOND, THIRD)
    assert len(arguments(domain)) == 8
    cards.put(domain, [FIRST], "virtio-net-pci")
    again = [value.partition("addr=")[2] for value in arguments(domain) if "addr=" in value]
    assert sorted(again) == sorted(slots)


def places_of(domain):
    return list(cards.places(domain).values())


def test_cards_of_a_machine_of_pci_express_are_in_root_ports(domain):
    hardware.put_root_ports(domain.find("devices"), Hardware(machine_type="q35"))
    connect(domain, FIRST, SECOND)
    assert places_of(domain) == [(cards.ROOT_PORTS, 0), (cards.ROOT_PORTS - 1, 0)]
    assert "bus=pci.48,addr=0x0" in arguments(domain)[3]
    cards.remove(domain, FIRST.port_id)
    cards.put(domain, [THIRD], "virtio-net-pci")
    assert places_of(domain) == [(cards.ROOT_PORTS - 1, 0), (cards.ROOT_PORTS, 0)]


@pytest.mark.parametrize("machine_type", [None, "q35"])
def test_a_guest_has_so_many_cards(domain, machine_type):
    hardware.put_root_ports(domain.find("devices"), Hardware(machine_type=machine_type))
    ids = [f"{number}{FIRST.port_id[2:]}" for number in range(30, 44)]
    vifs = [Vif(port_id, "n", f"fa:16:3e:00:00:{port_id[:2]}", 1442) for port_id in ids]
    connect(domain, *vifs)
    assert len(set(places_of(domain))) == len(vifs)
    with pytest.raises(DriverError, match="as many network cards"):
        cards.put(domain, [FIRST], "virtio-net-pci")


def test_cards_and_disks_have_places_on_the_bus(domain):
    connect(domain, FIRST, SECOND)
    for place in (f"mac={THIRD.mac_address},bus=pci.17,addr=0x0", "mac=x,bus=other,addr=0x0"):
        line = domain.find(cards.COMMANDLINE)
        ET.SubElement(line, cards.ARG, value=f"virtio-net-pci,id=card-1,{place}")
    devices = domain.find("devices")
    plugged = ET.SubElement(devices, "interface", type="ethernet")
    ET.SubElement(plugged, "mac", address="fa:16:3e:00:00:04")
    ET.SubElement(plugged, "address", type="pci", bus="0x00", slot="0x03")
    ET.SubElement(devices, "interface", type="user")
    for serial, address in {
        "v1": {"type": "pci", "domain": "0x0000", "bus": "0x02", "slot": "0x1a", "function": "0x1"},
        "v2": {"type": "drive", "controller": "1", "bus": "0", "target": "2", "unit": "0"},
        "v3": {"type": "ccw", "cssid": "0xfe"},
        "v4": None,
    }.items():
        disk = ET.SubElement(devices, "disk")
        ET.SubElement(disk, "serial").text = serial
        ET.SubElement(disk, "target", dev="sda", bus="scsi")
        if address is not None:
            ET.SubElement(disk, "address", **address)
    assert places.of_definition(domain) == {
        "v1": BusAddress("pci", "0000:02:1a.1"),
        "v2": BusAddress("scsi", "1:0:2:0"),
        FIRST.mac_address: BusAddress("pci", "0000:00:1e.0"),
        SECOND.mac_address: BusAddress("pci", "0000:00:1d.0"),
        THIRD.mac_address: BusAddress("pci", "0000:11:00.0"),
        "fa:16:3e:00:00:04": BusAddress("pci", "0000:00:03.0"),
    }
