"""A guest as libvirt's domain XML."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from computeapi.domain.hardware import Hardware
from computeapi.virt.disks import Disk
from computeapi.virt.driver import GuestSpec
from computeapi.virt.instances import InstanceFolder
from computeapi.virt.libvirt import consoles, hardware, interfaces, metadata
from computeapi.virt.libvirt.interfaces import GuestNetwork
from computeapi.virt.libvirt.machine import Machine
from computeapi.virt.libvirt.xml import add


def of_guest(
    spec: GuestSpec,
    machine: Machine,
    network: GuestNetwork,
    disks: Sequence[Disk],
    folder: InstanceFolder,
) -> str:
    """Return the XML that defines a guest.

    :raises DriverError: when the host lacks the machine that its image asks for.
    """
    hardware.require(spec.hardware, machine)
    root = ET.Element("domain", type=machine.domain_type)
    add(root, "name", spec.name)
    add(root, "uuid", spec.server_id)
    metadata.put(root, spec, machine.owner)
    add(root, "memory", str(spec.memory_mb), unit="MiB")
    add(root, "vcpu", str(spec.vcpus))
    hardware.put_boot(root, spec.hardware, machine)
    _add_features(root, machine, spec.hardware)
    _add_cpu(root, machine)
    hardware.put_cpu(root, spec.hardware)
    _add_clock(root, machine, spec.hardware.time_hpet)
    add(root, "on_crash", "destroy")
    devices = add(root, "devices")
    hardware.put_root_ports(devices, spec.hardware)
    for disk in disks:
        put_disk(devices, disk, spec.hardware)
    interfaces.put(root, network, folder.lifeline, spec.hardware.vif_model)
    consoles.put(devices, folder)
    hardware.put_devices(devices, spec, folder)
    add(devices, "memballoon", model="none")
    return ET.tostring(root, encoding="unicode")


def _add_features(root: ET.Element, machine: Machine, wanted: Hardware) -> None:
    features = add(root, "features")
    add(features, "acpi")
    add(features, "apic")
    if machine.domain_type == "qemu":
        # Uncapped, TCG's code cache makes a guest of 256 MiB take 500 MiB.
        add(add(features, "tcg"), "tb-cache", str(machine.tb_cache_mb), unit="MiB")
    hardware.put_features(features, wanted)


def _add_cpu(root: ET.Element, machine: Machine) -> None:
    if machine.cpu_model:
        cpu = add(root, "cpu", mode="custom", match="exact")
        add(cpu, "model", machine.cpu_model, fallback="forbid")
    elif machine.domain_type == "kvm":
        add(root, "cpu", mode="host-passthrough", check="none")
    elif machine.domain_type == "qemu":
        add(root, "cpu", mode="maximum")


def _add_clock(root: ET.Element, machine: Machine, hpet: bool | None) -> None:
    clock = add(root, "clock", offset="utc")
    if machine.domain_type == "kvm":
        add(clock, "timer", name="rtc", tickpolicy="catchup")
        add(clock, "timer", name="pit", tickpolicy="delay")
    if hpet is not None or machine.domain_type == "kvm":
        add(clock, "timer", name="hpet", present="yes" if hpet else "no")


def put_disk(devices: ET.Element, disk: Disk, wanted: Hardware) -> ET.Element:
    """Add a disk to the devices of a guest."""
    is_block = disk.serial is not None and disk.path.is_block_device()
    element = add(devices, "disk", type="block" if is_block else "file", device=disk.device)
    # The hosts of several guests must not keep what another one has changed meanwhile.
    cache = {"cache": "none"} if disk.shareable else {}
    add(element, "driver", name="qemu", type=disk.format, discard="unmap", **cache)
    add(element, "source", **{"dev" if is_block else "file": str(disk.path)})
    add(element, "target", dev=disk.target, bus=disk.bus)
    if disk.serial is not None:
        add(element, "serial", disk.serial)
    if disk.read_only:
        add(element, "readonly")
    if disk.shareable:
        add(element, "shareable")
    if disk.bootable:
        add(element, "boot", order="1")
    hardware.put_disk(element, disk, wanted)
    return element
