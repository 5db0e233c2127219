"""The disk that a rescued server boots from."""

from collections.abc import Mapping
from dataclasses import dataclass

from computeapi.domain.errors import Invalid
from computeapi.domain.hardware import Hardware

DEVICES = ("disk", "cdrom")
BUSES = ("virtio", "scsi", "sata", "ide", "usb")
DEVICE_PROPERTY, BUS_PROPERTY = "hw_rescue_device", "hw_rescue_bus"


@dataclass(frozen=True, slots=True)
class RescueDevice:
    """The device by which a guest has its rescue disk.

    :ivar is_stable: whether the guest keeps all of its disks under the names that they have, and
        the rescue disk comes after them. Otherwise the rescue disk is the first one, and the root
        disk of the server is the second one; other disks are left out.
    :ivar device: "disk" or "cdrom".
    :ivar bus: of libvirt, e.g. "virtio".
    """

    is_stable: bool
    device: str
    bus: str


def rescue_device(properties: Mapping[str, str], hardware: Hardware) -> RescueDevice:
    """Return the device that a rescue image asks for (Nova, "Rescue an instance").

    :param properties: of the rescue image.
    :param hardware: of the server.
    :raises Invalid: when no guest can have such a device.
    """
    disk_bus = hardware.disk_bus or "virtio"
    if not properties.keys() & {DEVICE_PROPERTY, BUS_PROPERTY}:
        return RescueDevice(False, "disk", disk_bus)
    device = properties.get(DEVICE_PROPERTY, "disk")
    bus = properties.get(BUS_PROPERTY) or _usual_bus(device, disk_bus, hardware)
    for name, value, known in ((DEVICE_PROPERTY, device, DEVICES), (BUS_PROPERTY, bus, BUSES)):
        if value not in known:
            raise Invalid(f"The image's {name} is {value!r}; it should be one of {_listed(known)}.")
    if (device, bus) == ("cdrom", "virtio"):
        raise Invalid(f"There is no CD-ROM on the bus virtio: see the image's {BUS_PROPERTY}.")
    if bus == "ide" and hardware.is_q35:
        raise Invalid(f"A machine of type q35 has no IDE bus: see the image's {BUS_PROPERTY}.")
    return RescueDevice(True, device, bus)


def _usual_bus(device: str, disk_bus: str, hardware: Hardware) -> str:
    if device == "disk":
        return disk_bus
    return hardware.bus_of_cdroms


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words)
