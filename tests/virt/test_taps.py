"""The network cards of guests that are taps of their host's own switch."""

import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from computeapi.domain.guest_data import BusAddress
from computeapi.virt.cloud_switch import CloudSwitch, tap_of
from computeapi.virt.libvirt import interfaces, places, taps
from computeapi.virt.libvirt.interfaces import GuestNetwork, Reach
from computeapi.virt.libvirt.networks import Networks
from computeapi.virt.vifs import Vif

FIRST, SECOND = (
    Vif(f"{d * 8}-0000-4000-8000-000000000000", "n", f"fa:16:3e:00:00:0{d}", 1442) for d in "45"
)
UUID = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def domain():
    text = f"<domain><uuid>{UUID}</uuid><devices><interface type='user'/></devices></domain>"
    return ET.fromstring(text)


def connect(domain, *vifs, model="virtio"):
    network = GuestNetwork(Reach.SWITCH, "/bin/qemu", vifs=vifs)
    interfaces.put(domain, network, Path("/lifeline"), model)


def text(element):
    return ET.tostring(element, encoding="unicode")


def test_a_guest_of_the_switch_of_its_host(domain):
    connect(domain, FIRST, SECOND)
    assert interfaces.reach_of(text(domain)) == Reach.SWITCH
    # Its port 22 is reached by its addresses: no port of the host leads to it.
    assert interfaces.netdev_of(text(domain)) is None
    assert [(v.port_id, v.mac_address, v.mtu) for v in taps.of(domain)] == [
        (v.port_id, v.mac_address, v.mtu) for v in (FIRST, SECOND)
    ]
    card = taps.find(domain, FIRST.port_id)
    assert card.get("type") == "ethernet"
    assert card.find("target").attrib == {"dev": "tap44444444-00", "managed": "no"}
    assert card.find("mac").get("address") == FIRST.mac_address
    assert taps.find(domain, "another") is None


def test_a_card_of_another_model_has_no_mtu(domain):
    connect(domain, FIRST, model="e1000")
    card = taps.find(domain, FIRST.port_id)
    assert (card.find("model").get("type"), card.find("mtu")) == ("e1000", None)
    assert interfaces.model_of(domain) == "e1000"


def test_a_guest_without_cards_is_unplugged(domain):
    connect(domain)
    assert interfaces.reach_of(text(domain)) == Reach.UNPLUGGED


def test_a_card_has_a_place_on_the_bus(domain):
    connect(domain, FIRST)
    address = {"type": "pci", "domain": "0x0000", "bus": "0x01", "slot": "0x03", "function": "0x0"}
    ET.SubElement(taps.find(domain, FIRST.port_id), "address", address)
    found = places.of_definition(domain)
    assert found == {FIRST.mac_address: BusAddress("pci", "0000:01:03.0")}


def of_host() -> set[str]:
    shown = subprocess.run(
        ["ip", "-o", "link", "show", "type", "tun"], capture_output=True, text=True, check=True
    )
    return {line.split(":")[1].strip() for line in shown.stdout.splitlines()}


def opened(pid) -> set[str]:
    """Return the taps that a process has open."""
    lines = (
        line
        for file in Path(f"/proc/{pid}/fdinfo").iterdir()
        for line in file.read_text().splitlines()
    )
    return {line.split()[1] for line in lines if line.startswith("iff:")}


@pytest.fixture
def asked(embed, tmp_path, monkeypatch):
    """Plug guests into the switch of this host; return the file of the requests to it."""
    if os.geteuid() or not Path("/dev/net/tun").exists():
        pytest.skip("taps are made by root, where /dev/net/tun is")
    program, asked = tmp_path / "ovs-vsctl", tmp_path / "asked"
    program.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
    program.chmod(0o755)
    options = {"namespace": None, "ovsdb": "unix:/db.sock", "ovs_vsctl": str(program)}
    for name, value in options.items():
        embed.options.set_override(name, value, "neutron")
    networks = embed.driver._networks
    made = Networks(embed.options, networks._root, networks._instances)
    made.choose(embed.driver._machine)
    monkeypatch.setattr(embed.driver, "_networks", made)
    yield asked
    for name in options:
        embed.options.clear_override(name, "neutron")


def test_a_guest_gets_and_loses_cards(embed, asked):
    driver, spec = embed.driver, embed.spec(vifs=(FIRST,))
    first, second = tap_of(FIRST.port_id), tap_of(SECOND.port_id)
    driver.spawn(spec, lambda: None)
    try:
        pid = embed.find(spec.server_id)
        assert opened(pid) == {first}
        said = asked.read_text()
        for told in ("br-int", f"iface-id={FIRST.port_id}", f"vm-uuid={spec.server_id}"):
            assert told in said
        for _ in range(2):
            driver.plug_vif(spec.server_id, SECOND)
            assert opened(pid) == {first, second}
        driver.power_off(spec.server_id, 0, lambda: None)
        for _ in range(2):
            driver.unplug_vif(spec.server_id, FIRST.port_id, lambda: None)
            assert of_host() & {first, second} == {second}
        # A host that was restarted has no taps.
        subprocess.run(["ip", "link", "delete", second], check=True)
        driver.power_on(spec.server_id)
        assert opened(embed.find(spec.server_id)) == {second}
    finally:
        driver.destroy(spec.server_id)
    assert not {first, second} & of_host()
    assert f"del-port br-int {second}" in asked.read_text()


def test_a_guest_without_cards_gets_one(embed, asked):
    driver, spec = embed.driver, embed.spec(vifs=())
    driver.spawn(spec, lambda: None)
    try:
        assert opened(embed.find(spec.server_id)) == set()
        driver.plug_vif(spec.server_id, FIRST)
        assert opened(embed.find(spec.server_id)) == {tap_of(FIRST.port_id)}
    finally:
        driver.destroy(spec.server_id)
    assert tap_of(FIRST.port_id) not in of_host()


def test_a_switch_of_the_host_needs_no_namespace(tmp_path, monkeypatch):
    for name in ("ip", "ovs-vsctl"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$@" >> {tmp_path}/asked\n')
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr("computeapi.virt.cloud_switch._SEARCH_PATH", os.environ["PATH"])
    switch = CloudSwitch(None, "unix:/db.sock", str(tmp_path / "ovs-vsctl"))
    assert switch.plug(UUID, FIRST.port_id, FIRST.mac_address, 1442) == tap_of(FIRST.port_id)
    said = (tmp_path / "asked").read_text().splitlines()
    assert f"ip tuntap add dev {tap_of(FIRST.port_id)} mode tap" in said
    assert f"ip link set {tap_of(FIRST.port_id)} mtu 1442 up" in said
    (added,) = (line for line in said if line.startswith("ovs-vsctl"))
    assert f"external_ids:iface-id={FIRST.port_id}" in added
