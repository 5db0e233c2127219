"""Volumes as disks: where a host finds them, and the names that they have in a guest."""

import ipaddress
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from computeapi.domain.block_devices import LETTERS
from computeapi.domain.hardware import Hardware
from computeapi.domain.hardware.hardware import DISK_PREFIXES
from computeapi.domain.hardware.settings import DISK_LIMITS
from computeapi.virt.disks import FORMATS, Disk
from computeapi.virt.driver import DriverError
from computeapi.virt.driver_volumes import VolumeDisk

_VIRTIO = "virtio"
#: The bus of a disk -> the letters that names of disks on it end with, if they are not all.
_LETTERS = {"ide": "abcd"}
_UNSUPPORTED = "the host cannot use a volume of this kind"
_ENCRYPTED = "the host cannot use an encrypted volume"
_UNLIMITED = "the host cannot keep to the limits that the type of the volume has"
#: The limits of disks that a guest can have (libvirt, "iotune").
_LIMITS = frozenset({*DISK_LIMITS, *(f"{name}_max" for name in DISK_LIMITS), "size_iops_sec"})


class Mounts:
    """The folders in which this host finds NFS exports.

    :param options: ``HOST:/EXPORT=/FOLDER`` each.
    """

    def __init__(self, options: Iterable[str]) -> None:
        pairs = (option.rsplit("=", 1) for option in options if "=" in option)
        self._folders = {export: Path(folder) for export, folder in pairs}

    def folder(self, export: str) -> Path:
        """Return the folder of an export.

        :raises DriverError: when it is not mounted here.
        """
        if export in self._folders:
            return self._folders[export]
        host, _, folder = export.rpartition(":")
        if folder.startswith("/") and _is_here(host.strip("[]")):
            return Path(folder)
        raise DriverError(
            f"the NFS export {export} is in no folder of this host: see [volumes] nfs_mounts",
            "the host cannot reach the volume",
        )


def volume_disk(
    volume_id: str, device: str | None, connection: Mapping[str, object], mounts: Mounts
) -> VolumeDisk:
    """Return the disk that a connection describes.

    :param device: the name of the disk in the guest, such as ``/dev/vdb``.
    :raises DriverError: when guests here cannot have such a volume.
    """
    kind = connection.get("driver_volume_type")
    given = connection.get("data")
    data: Mapping[str, object] = given if isinstance(given, Mapping) else {}
    # Cinder has described it in "data", and in older releases beside that.
    data = {**connection, **data}
    if kind == "nfs":
        path = mounts.folder(str(data.get("export"))) / str(data.get("name"))
    elif kind in ("local", "file"):
        path = Path(str(data.get("device_path") or data.get("path")))
    else:
        raise DriverError(f"a volume of type {kind} cannot be a disk here", _UNSUPPORTED)
    volume_format = str(data.get("format") or "raw")
    if volume_format not in FORMATS or not path.is_absolute():
        raise DriverError(f"a volume of format {volume_format} at {path}", _UNSUPPORTED)
    shareable = bool(data.get("multiattach"))
    if shareable and volume_format != "raw":
        raise DriverError(
            f"volume {volume_id} of format {volume_format} would be spoilt by two guests",
            "a volume that several servers may have has to be of format raw here",
        )
    target = (device or "").removeprefix("/dev/") or "vdb"
    disk = VolumeDisk(volume_id, path, volume_format, target, shareable=shareable)
    return replace(disk, read_only=_is_read_only(data), limits=_limits(data))


def _is_read_only(data: Mapping[str, object]) -> bool:
    """Return whether the volume service lets guests only read a volume.

    :raises DriverError: when guests here cannot have the volume as it wishes.
    """
    if data.get("encrypted"):
        raise DriverError(_ENCRYPTED, _ENCRYPTED)
    mode = data.get("access_mode") or "rw"
    if mode not in ("ro", "rw"):
        raise DriverError(f"a volume with access mode {mode}", _UNSUPPORTED)
    return mode == "ro"


def _limits(data: Mapping[str, object]) -> tuple[tuple[str, int], ...]:
    """Return the limits that the type of a volume has for guests (Cinder, QoS specs).

    :raises DriverError: when guests here cannot have them.
    """
    specs = data.get("qos_specs") or {}
    try:
        if not isinstance(specs, Mapping):
            raise TypeError
        limits = {str(name): int(str(limit)) for name, limit in specs.items()}
    except (TypeError, ValueError) as error:
        raise DriverError(f"the limits {specs} of a volume make no sense", _UNLIMITED) from error
    unknown = limits.keys() - _LIMITS
    if unknown:
        raise DriverError(f"limits of a volume: {', '.join(sorted(unknown))}", _UNLIMITED)
    return tuple(limits.items())


def attached(volumes: Sequence[VolumeDisk], own: Sequence[Disk], hardware: Hardware) -> list[Disk]:
    """Return volumes as disks of a guest, each with a name that no other disk has.

    :param own: the disks that are no volumes. :param hardware: of the guest.
    :raises DriverError: when a bus has no room for them.
    """
    taken, found = {disk.target for disk in own}, []
    boots_from_own = any(disk.bootable for disk in own)
    wanted = [volume.on_bus_of(hardware) for volume in volumes]
    # Those whose wanted name is free keep it, whatever comes before them.
    for volume in sorted(wanted, key=lambda volume: _wanted_target(volume) in taken):
        bootable = volume.bootable and not boots_from_own
        found.append(placed(replace(volume, bootable=bootable), taken))
        taken.add(found[-1].target)
    return found


def placed(volume: VolumeDisk, taken: set[str]) -> Disk:
    """Return a volume as a disk of a guest that has disks of some names already.

    :raises DriverError: when its bus has no room for it.
    """
    bus, target = _bus(volume), _wanted_target(volume)
    if target in taken or target[-1] not in _LETTERS.get(bus, LETTERS):
        target = free(bus, taken)
    return disk_of(replace(volume, target=target))


def _wanted_target(volume: VolumeDisk) -> str:
    """Return the name that a volume is to have: callers name all disks as those of virtio."""
    prefix = DISK_PREFIXES[_bus(volume)]
    return volume.target if volume.target.startswith(prefix) else f"{prefix}{volume.target[-1:]}"


def free(bus: str, taken: set[str]) -> str:
    """Return the first name on a bus that no disk has.

    :raises DriverError: when all are taken.
    """
    for letter in _LETTERS.get(bus, LETTERS):
        if (name := f"{DISK_PREFIXES[bus]}{letter}") not in taken:
            return name
    message = f"the guest has as many disks on its {bus} bus as it can have"
    raise DriverError(message, message)


def disk_of(volume: VolumeDisk) -> Disk:
    """Return a volume as a disk of a guest's definition."""
    return Disk(
        volume.path,
        volume.format,
        volume.target,
        _bus(volume),
        volume.device,
        read_only=volume.read_only or volume.device == "cdrom",
        bootable=volume.bootable,
        serial=volume.volume_id,
        shareable=volume.shareable,
        limits=volume.limits,
    )


def _bus(volume: VolumeDisk) -> str:
    return volume.bus or _VIRTIO


def _is_here(host: str) -> bool:
    if host in ("localhost", socket.gethostname(), socket.getfqdn()):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
