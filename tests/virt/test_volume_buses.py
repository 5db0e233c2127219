"""The buses of volumes: that asked for, or that of the guest's image, as for its own disks."""

import subprocess
import uuid
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from computeapi.domain.hardware import Hardware
from computeapi.domain.hardware.hardware import DISK_PREFIXES
from computeapi.virt import volume_disks
from computeapi.virt.disks import Disk
from computeapi.virt.driver import DriverError, VolumeDisk
from computeapi.virt.instances import InstanceFolder


def nothing():
    pass


def volume(target="vda", path="/volume", **fields):
    return VolumeDisk(str(uuid.uuid4()), Path(path), "raw", target, **fields)


def found(volumes, own=(), **hardware):
    disks = volume_disks.attached(volumes, own, Hardware(**hardware))
    return [(disk.target, disk.bus, disk.device, disk.read_only) for disk in disks]


@pytest.mark.parametrize("bus", DISK_PREFIXES)
def test_a_volume_is_on_the_bus_of_the_image(bus):
    volumes = (volume(bootable=True), volume("vdb"))
    prefix = DISK_PREFIXES[bus]
    named = [(f"{prefix}{letter}", bus, "disk", False) for letter in "ab"]
    assert found(volumes, disk_bus=bus) == named


def test_a_volume_is_on_the_bus_asked_for():
    volumes = (volume("vdb", bus="scsi"), volume("vdb", bus="virtio"), volume("vdb"))
    assert [disk[:2] for disk in found(volumes, disk_bus="ide")] == [
        ("sdb", "scsi"),
        ("vdb", "virtio"),
        ("hdb", "ide"),
    ]


@pytest.mark.parametrize(
    ("hardware", "bus"),
    [({}, "ide"), ({"machine_type": "q35"}, "sata"), ({"cdrom_bus": "scsi"}, "scsi")],
)
def test_a_cdrom_is_on_the_bus_of_cdroms_and_cannot_be_written(hardware, bus):
    name = f"{DISK_PREFIXES[bus]}b"
    assert found([volume("vdb", device="cdrom")], **hardware) == [(name, bus, "cdrom", True)]


def test_a_volume_that_may_not_be_written_is_read_only():
    assert found([volume(read_only=True)]) == [("vda", "virtio", "disk", True)]


def test_a_bus_has_so_many_places():
    # The CD-ROM of the config drive has the last one.
    own = [Disk(Path("/config"), "raw", "hdd", "ide", "cdrom")]
    names = [disk[0] for disk in found([volume("vdz"), volume("vdd")], own, disk_bus="ide")]
    assert names == ["hda", "hdb"]
    with pytest.raises(DriverError, match="as many disks on its ide bus"):
        found([volume("vdb") for _ in range(4)], own, disk_bus="ide")


@pytest.mark.parametrize("device", ["disk", "cdrom"])
@pytest.mark.parametrize("bus", ["virtio", "ide", "sata", "scsi", "usb"])
def test_a_definition_with_a_volume_on_a_bus_is_valid(test_bench, tmp_path, bus, device):
    libvirt = pytest.importorskip("libvirt")
    definition = pytest.importorskip("computeapi.virt.libvirt.definition")
    interfaces = pytest.importorskip("computeapi.virt.libvirt.interfaces")
    machine = pytest.importorskip("computeapi.virt.libvirt.machine")
    bus = "scsi" if (bus, device) == ("virtio", "cdrom") else bus
    spec = test_bench.spec()
    volumes = [volume(device=device, bus=bus, bootable=True)]
    made = volume_disks.attached(volumes, [], spec.hardware)
    host = machine.Machine("qemu", "x86_64", "/state")
    network = interfaces.GuestNetwork(interfaces.Reach.WORLD, "/usr/bin/qemu")
    xml = definition.of_guest(spec, host, network, made, InstanceFolder(tmp_path))
    domain = test_bench.hypervisor.defineXMLFlags(
        xml.replace('type="qemu"', 'type="test"', 1), libvirt.VIR_DOMAIN_DEFINE_VALIDATE
    )
    domain.undefine()
    controllers = {
        c.get("type"): c.get("model") for c in ET.fromstring(xml).iterfind("devices/controller")
    }
    assert controllers["usb"] == ("qemu-xhci" if bus == "usb" else "none")
    assert controllers.get("scsi") == ("virtio-scsi" if bus == "scsi" else None)


def disk_file(bench):
    path = bench.state / f"bus-{uuid.uuid4()}.raw"
    subprocess.run(["qemu-img", "create", "-q", "-f", "raw", path, "1M"], check=True)
    return path


def buses(bench, spec):
    disks = ET.fromstring(bench.domain(spec.server_id).XMLDesc()).findall("devices/disk")
    targets = [disk.find("target") for disk in disks]
    return {target.get("dev"): target.get("bus") for target in targets}


@pytest.mark.parametrize("bus", ["scsi", "usb"])
def test_a_guest_that_runs_gets_volumes_on_the_bus_of_its_image(embed, bus):
    hardware = Hardware(disk_bus=bus)
    boot = volume(path=disk_file(embed), bootable=True)
    spec = embed.spec(image_path=None, disk_gb=0, volumes=(boot,), hardware=hardware)
    embed.driver.spawn(spec, nothing)
    try:
        plugged = volume("vdb", disk_file(embed)).on_bus_of(hardware)
        for _ in range(2):
            embed.driver.plug(spec.server_id, plugged)
        assert buses(embed, spec) == {"sda": bus, "sdb": bus}
        # A swap keeps the place of the volume.
        embed.driver.swap(
            spec.server_id, plugged.volume_id, volume("vdb", disk_file(embed)), nothing
        )
        assert buses(embed, spec) == {"sda": bus, "sdb": bus}
    finally:
        embed.driver.destroy(spec.server_id)


@pytest.mark.parametrize("machine_type", [None, "q35"])
def test_a_guest_whose_bus_cannot_be_plugged_gets_volumes_while_it_is_off(embed, machine_type):
    bus = "sata" if machine_type else "ide"
    hardware = Hardware(disk_bus=bus, machine_type=machine_type)
    spec = embed.spec(hardware=hardware)
    embed.driver.spawn(spec, nothing)
    try:
        plugged = volume("vdb", disk_file(embed)).on_bus_of(hardware)
        before = buses(embed, spec)
        with pytest.raises(DriverError) as refused:
            embed.driver.plug(spec.server_id, plugged)
        assert refused.value.reason == f"a guest takes a disk on its {bus} bus only while it is off"
        embed.driver.power_off(spec.server_id, 0, nothing)
        assert buses(embed, spec) == before
        embed.driver.plug(spec.server_id, plugged)
        embed.driver.power_on(spec.server_id)
        assert buses(embed, spec) == before | {f"{DISK_PREFIXES[bus]}b": bus}
    finally:
        embed.driver.destroy(spec.server_id)
