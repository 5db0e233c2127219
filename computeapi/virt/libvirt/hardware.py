"""The hardware that a flavor and an image ask for, in a guest's domain XML.

libvirt, "Domain XML format". The settings, and their effects, are listed in
:mod:`computeapi.domain.hardware.settings`.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from computeapi.domain.hardware import Hardware
from computeapi.domain.hardware.numa import Node
from computeapi.virt.disks import Disk
from computeapi.virt.driver import DriverError, GuestSpec
from computeapi.virt.instances import InstanceFolder
from computeapi.virt.libvirt.cards import ROOT_PORTS
from computeapi.virt.libvirt.machine import Machine
from computeapi.virt.libvirt.slirp import LONGEST_PATH
from computeapi.virt.libvirt.xml import add

AGENT_CHANNEL = "org.qemu.guest_agent.0"


def require(hardware: Hardware, machine: Machine) -> None:
    """Raise DriverError when a host lacks the machine that is asked for.

    :raises DriverError: when it does.
    """
    if hardware.architecture not in (None, machine.arch):
        _refuse(f"the image is for {hardware.architecture}, and the host is {machine.arch}")
    known = machine.machine_types
    if hardware.machine_type and known and hardware.machine_type not in known:
        _refuse(f"the host has no machine of type {hardware.machine_type}")


def _refuse(reason: str) -> None:
    raise DriverError(reason, reason)


def put_boot(root: ET.Element, hardware: Hardware, machine: Machine) -> None:
    """Add the machine, its firmware and its boot menu."""
    is_uefi = hardware.firmware_type == "uefi"
    boot = add(root, "os", **({"firmware": "efi"} if is_uefi else {}))
    kind = add(boot, "type", "hvm", arch=machine.arch)
    if hardware.machine_type:
        kind.set("machine", hardware.machine_type)
    if is_uefi:
        is_secure = "yes" if hardware.secure_boot == "required" else "no"
        firmware = add(boot, "firmware")
        for feature in ("enrolled-keys", "secure-boot"):
            add(firmware, "feature", name=feature, enabled=is_secure)
    if hardware.boot_menu is not None:
        add(boot, "bootmenu", enable=_yes(hardware.boot_menu))


def put_features(features: ET.Element, hardware: Hardware) -> None:
    """Add features of the machine."""
    if hardware.pmu is not None:
        add(features, "pmu", state="on" if hardware.pmu else "off")
    if hardware.hide_hypervisor_id:
        add(add(features, "kvm"), "hidden", state="on")
    if hardware.secure_boot == "required":
        add(features, "smm", state="on")


def put_cpu(root: ET.Element, hardware: Hardware) -> None:
    """Arrange the processors and the memory, and limit the processors' time."""
    cpu = root.find("cpu")
    if cpu is None and (hardware.topology or hardware.numa_nodes):
        cpu = add(root, "cpu")
    if cpu is not None and hardware.topology:
        numbers = {name: str(number) for name, number in hardware.topology._asdict().items()}
        add(cpu, "topology", **numbers)
    if cpu is not None and hardware.numa_nodes:
        _put_numa(cpu, hardware.numa_nodes)
    limits = {
        "shares": hardware.cpu_shares,
        "period": hardware.cpu_period,
        "quota": hardware.cpu_quota,
    }
    if any(limits.values()):
        tuning = add(root, "cputune")
        for name, limit in limits.items():
            if limit:
                add(tuning, name, str(limit))


def _put_numa(cpu: ET.Element, nodes: Sequence[Node]) -> None:
    numa = add(cpu, "numa")
    for number, node in enumerate(nodes):
        add(
            numa,
            "cell",
            id=str(number),
            cpus=",".join(map(str, node.cpus)),
            memory=str(node.memory_mb),
            unit="MiB",
        )


def put_disk(element: ET.Element, disk: Disk, hardware: Hardware) -> None:
    """Add the options of a disk."""
    driver = element.find("driver")
    if hardware.virtio_packed_ring and disk.bus == "virtio" and driver is not None:
        driver.set("packed", "on")
    limits = dict(disk.limits) or hardware.disk_limits
    if limits and (disk.limits or not disk.read_only):
        tuning = add(element, "iotune")
        for name, limit in limits.items():
            add(tuning, name, str(limit))


def put_devices(devices: ET.Element, spec: GuestSpec, folder: InstanceFolder) -> None:
    """Add the devices beside disks, network and consoles."""
    hardware = spec.hardware
    _put_rng(devices, hardware)
    _put_video(devices, hardware)
    _put_controllers(devices, hardware)
    for kind, bus in _inputs(hardware):
        add(devices, "input", type=kind, bus=bus)
    if hardware.sound_model:
        add(devices, "sound", model=hardware.sound_model)
    for _ in range(1, hardware.serial_port_count or 1):
        # A terminal of the host: the first port is the console.
        add(devices, "serial", type="pty")
    if hardware.watchdog_action not in (None, "disabled"):
        add(devices, "watchdog", model="i6300esb", action=str(hardware.watchdog_action))
    if hardware.qemu_guest_agent:
        channel = add(devices, "channel", type="unix")
        # libvirt has a path of its own for it, which is short enough in most state folders.
        if len(str(folder.agent_socket).encode()) <= LONGEST_PATH:
            add(channel, "source", mode="bind", path=str(folder.agent_socket))
        add(channel, "target", type="virtio", name=AGENT_CHANNEL)


def _put_rng(devices: ET.Element, hardware: Hardware) -> None:
    if hardware.rng_allowed is False:
        return
    rng = add(devices, "rng", model="virtio")
    if hardware.rng_rate_bytes:
        period = hardware.rng_rate_period or 1000
        add(rng, "rate", bytes=str(hardware.rng_rate_bytes), period=str(period))
    add(rng, "backend", "/dev/urandom", model="random")


def _put_video(devices: ET.Element, hardware: Hardware) -> None:
    # Some boot loaders wait for ever without a screen.
    model = add(add(devices, "video"), "model", type=hardware.video_model or "vga")
    if hardware.video_ram:
        model.set("vram", str(hardware.video_ram * 1024))


def put_root_ports(devices: ET.Element, hardware: Hardware) -> None:
    """Add the root ports into which devices are plugged while the guest runs."""
    if hardware.is_q35:
        for index in range(1, ROOT_PORTS + 1):
            add(devices, "controller", type="pci", index=str(index), model="pcie-root-port")


def _put_controllers(devices: ET.Element, hardware: Hardware) -> None:
    # A polled USB controller costs an idle guest CPU time, and nothing is plugged into most.
    buses = {target.get("bus") for target in devices.iterfind("disk/target")}
    buses |= {hardware.disk_bus, hardware.cdrom_bus, *(bus for _, bus in _inputs(hardware))}
    needs_usb = "usb" in buses or hardware.sound_model == "usb"
    usb_model = hardware.usb_model or ("qemu-xhci" if needs_usb else "none")
    add(devices, "controller", type="usb", model=usb_model)
    if hardware.scsi_model or "scsi" in buses:
        model = hardware.scsi_model or "virtio-scsi"
        add(devices, "controller", type="scsi", index="0", model=model)


def _inputs(hardware: Hardware) -> list[tuple[str, str]]:
    if hardware.input_bus:
        return [("tablet", hardware.input_bus), ("keyboard", hardware.input_bus)]
    return [("tablet", "usb")] if hardware.pointer_model else []


def _yes(value: bool) -> str:
    return "yes" if value else "no"
