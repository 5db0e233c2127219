"""The places for disks and network cards that are plugged into running guests of each machine."""

import subprocess
import uuid
from xml.etree import ElementTree as ET

import pytest

from computeapi.domain.block_devices import LETTERS
from computeapi.domain.hardware import Hardware
from computeapi.virt.driver import VolumeDisk
from computeapi.virt.vifs import Vif


def nothing():
    pass


@pytest.fixture
def files(embed):
    """Make files for volumes."""

    def make(target):
        path = embed.state / f"place-{uuid.uuid4()}.raw"
        subprocess.run(["qemu-img", "create", "-q", "-f", "raw", path, "1M"], check=True)
        made.append(path)
        return VolumeDisk(str(uuid.uuid4()), path, "raw", target)

    made = []
    yield make
    for path in made:
        path.unlink()


PC = Hardware()
#: A guest with every other device that libvirt puts into a root port.
PCI_EXPRESS = Hardware(
    machine_type="q35",
    qemu_guest_agent=True,
    scsi_model="virtio-scsi",
    usb_model="qemu-xhci",
    input_bus="virtio",
    sound_model="ac97",
    watchdog_action="reset",
)


@pytest.mark.parametrize("hardware", [PC, PCI_EXPRESS], ids=["pc", "q35"])
def test_a_running_guest_takes_as_many_volumes_as_there_are_names(embed, files, hardware):
    cards = pytest.importorskip("computeapi.virt.libvirt.cards")
    names = [f"vd{letter}" for letter in LETTERS]
    # Most are there from the beginning, as plugging each of them takes long.
    volumes = tuple(map(files, names[1:20]))
    spec = embed.spec(hardware=hardware, volumes=volumes)
    embed.driver.spawn(spec, nothing)
    try:
        for name in names[20:]:
            embed.driver.plug(spec.server_id, files(name))
        root = ET.fromstring(embed.domain(spec.server_id).XMLDesc())
        assert [t.get("dev") for t in root.iterfind("devices/disk/target")] == names
        # The root ports of network cards, the last ones, are left to these.
        buses = {int(a.get("bus"), 0) for a in root.iterfind("devices//address[@type='pci']")}
        assert buses.isdisjoint(range(cards.ROOT_PORTS - 13, cards.ROOT_PORTS + 1))
        # The disks are there at the next start, too.
        embed.driver.power_off(spec.server_id, 0, nothing)
        embed.driver.power_on(spec.server_id)
        embed.wait_until_up(spec.server_id)
    finally:
        embed.driver.destroy(spec.server_id)


def test_a_running_guest_of_pci_express_takes_network_cards(embed):
    cards = pytest.importorskip("computeapi.virt.libvirt.cards")
    domains = pytest.importorskip("computeapi.virt.libvirt.domains")
    spec = embed.spec(hardware=Hardware(machine_type="q35"))
    embed.driver.spawn(spec, nothing)
    try:
        domain = embed.domain(spec.server_id)
        definition = ET.fromstring(domain.XMLDesc())
        for number in range(2):
            vif = Vif(str(uuid.uuid4()), "n", f"fa:16:3e:00:00:0{number}", 1442)
            cards.put(definition, [vif], "virtio-net-pci")
            # The test has no switch with taps: the back end is another one of the same name.
            back_end = f"netdev_add user,id={cards.back_end_name(vif.port_id)}"
            assert domains.monitor(domain, back_end) == ""
            card = cards.device_in(definition, vif.port_id)
            assert domains.monitor(domain, f"device_add {card}") == ""
            assert cards.card_name(vif.port_id) in domains.monitor(domain, "info network")
    finally:
        embed.driver.destroy(spec.server_id)
