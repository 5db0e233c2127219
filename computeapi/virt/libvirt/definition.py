"""A guest as libvirt's domain XML."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from computeapi.virt.disks import Disk
from computeapi.virt.driver import GuestSpec
from computeapi.virt.instances import InstanceFolder
from computeapi.virt.libvirt import consoles, interfaces
from computeapi.virt.libvirt.interfaces import Network
from computeapi.virt.libvirt.machine import Machine

#: The namespace of the element by which our guests are told from others on the same libvirt.
NAMESPACE = "https://docs.openstack.org/computeapi/libvirt/1"
PREFIX = "computeapi"
OWNER = f"{{{NAMESPACE}}}server"

ET.register_namespace(PREFIX, NAMESPACE)


def of_guest(
    spec: GuestSpec,
    machine: Machine,
    network: Network,
    disks: Sequence[Disk],
    folder: InstanceFolder,
) -> str:
    """Return the XML that defines a guest."""
    root = ET.Element("domain", type=machine.domain_type)
    _add(root, "name", spec.name)
    _add(root, "uuid", spec.server_id)
    ET.SubElement(_add(root, "metadata"), OWNER, id=spec.server_id, owner=machine.owner)
    _add(root, "memory", str(spec.memory_mb), unit="MiB")
    _add(root, "vcpu", str(spec.vcpus))
    _add(_add(root, "os"), "type", "hvm", arch=machine.arch)
    _add_features(root, machine)
    _add_cpu(root, machine)
    _add_clock(root, machine)
    _add(root, "on_crash", "destroy")
    devices = _add(root, "devices")
    for disk in disks:
        _add_disk(devices, disk)
    interfaces.put(root, network, folder.lifeline)
    consoles.put(devices, folder)
    _add_other_devices(devices)
    return ET.tostring(root, encoding="unicode")


def _add_other_devices(devices: ET.Element) -> None:
    _add(_add(devices, "rng", model="virtio"), "backend", "/dev/urandom", model="random")
    # Some boot loaders wait for ever without a screen.
    _add(_add(devices, "video"), "model", type="vga")
    # A polled USB controller costs an idle guest CPU time, and nothing is plugged into it.
    _add(devices, "controller", type="usb", model="none")
    _add(devices, "memballoon", model="none")


def owner_of(metadata: str) -> str | None:
    """Return the owner that a metadata element of ours names."""
    return ET.fromstring(metadata).get("owner")


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    element.text = text
    return element


def _add_features(root: ET.Element, machine: Machine) -> None:
    features = _add(root, "features")
    _add(features, "acpi")
    _add(features, "apic")
    if machine.domain_type == "qemu":
        # Uncapped, TCG's code cache makes a guest of 256 MiB take 500 MiB.
        _add(_add(features, "tcg"), "tb-cache", str(machine.tb_cache_mb), unit="MiB")


def _add_cpu(root: ET.Element, machine: Machine) -> None:
    if machine.cpu_model:
        cpu = _add(root, "cpu", mode="custom", match="exact")
        _add(cpu, "model", machine.cpu_model, fallback="forbid")
    elif machine.domain_type == "kvm":
        _add(root, "cpu", mode="host-passthrough", check="none")
    elif machine.domain_type == "qemu":
        _add(root, "cpu", mode="maximum")


def _add_clock(root: ET.Element, machine: Machine) -> None:
    clock = _add(root, "clock", offset="utc")
    if machine.domain_type == "kvm":
        _add(clock, "timer", name="rtc", tickpolicy="catchup")
        _add(clock, "timer", name="pit", tickpolicy="delay")
        _add(clock, "timer", name="hpet", present="no")


def _add_disk(devices: ET.Element, disk: Disk) -> None:
    # The config drive is a virtio disk as well, not a CD-ROM: guests look for its label, the
    # bus is there on every machine type, and no IDE or AHCI controller needs emulating.
    element = _add(devices, "disk", type="file", device="disk")
    _add(element, "driver", name="qemu", type=disk.format, discard="unmap")
    _add(element, "source", file=str(disk.path))
    _add(element, "target", dev=disk.target, bus="virtio")
    if disk.read_only:
        _add(element, "readonly")
    if disk.bootable:
        _add(element, "boot", order="1")
