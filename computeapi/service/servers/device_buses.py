"""The buses that requests for servers choose for disks, and the kinds of devices (API reference,
"Create Server", ``disk_bus`` and ``device_type``).
"""

from collections.abc import Mapping
from typing import Any

from computeapi.domain.errors import Invalid
from computeapi.domain.hardware import Hardware
from computeapi.domain.hardware.settings import DISK_BUSES

_DISK, _CDROM = "disk", "cdrom"
_VIRTIO = "virtio"


def chosen(
    entry: Mapping[str, Any], properties: Mapping[str, str]
) -> tuple[str | None, str | None]:
    """Return the kind of device that a volume is to be, and its bus; None where the entry has none.

    :param properties: of the image of the request.
    :raises Invalid: when no guest here can have such a device.
    """
    device, bus = entry.get("device_type") or None, entry.get("disk_bus") or None
    if device not in (None, _DISK, _CDROM):
        raise _invalid(f"the device_type {device} is neither {_DISK} nor {_CDROM}.")
    if bus is not None and bus not in DISK_BUSES:
        raise _invalid(f"the provided disk bus {bus} is not one of {', '.join(DISK_BUSES)}.")
    if device == _CDROM and bus == _VIRTIO:
        raise _invalid("a CD-ROM cannot be on the virtio bus.")
    if bus == "ide" and Hardware(machine_type=properties.get("hw_machine_type")).is_q35:
        raise _invalid("a machine of type q35 has no IDE bus.")
    return device, bus


def check_local(entry: Mapping[str, Any], properties: Mapping[str, str]) -> None:
    """Raise Invalid when a root disk that is made of its image is to be another one than it is.

    :param properties: of the image, which choose its bus.
    :raises Invalid: naming the property of images that chooses it.
    """
    device, bus = chosen(entry, properties)
    if device == _CDROM:
        raise _invalid("a local disk is no CD-ROM.")
    if bus not in (None, properties.get("hw_disk_bus") or _VIRTIO):
        raise _invalid("the property hw_disk_bus of the image chooses the bus of a local disk.")


def _invalid(reason: str) -> Invalid:
    return Invalid(f"Block Device Mapping is Invalid: {reason}")
