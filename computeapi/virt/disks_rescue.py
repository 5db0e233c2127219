"""The disks of a guest that is rescued."""

from collections.abc import Sequence
from pathlib import Path

from computeapi.domain.hardware.hardware import DISK_PREFIXES
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt import disks, volume_disks
from computeapi.virt.disks import Disk
from computeapi.virt.driver import DriverError, GuestSpec
from computeapi.virt.driver_rescue import RescueDisk

ROOT, CONFIG_DRIVE = "disk.rescue", "disk.config.rescue"
#: The files that a rescue makes, and that go with it.
FILES = (ROOT, CONFIG_DRIVE)
#: IDE has four places, and the other buses have more than these.
_LETTERS = {"ide": "abcd"}


def make(folder: Path, spec: GuestSpec, rescue: RescueDisk, checkpoint: Checkpoint) -> list[Disk]:
    """Make the disks of a rescue that are not there yet; return them and those of the guest.

    The guest boots from the rescue disk.

    :param folder: the guest's own.
    :raises DriverError: when the image is not one to boot from, or its bus has no room for it.
    """
    made = [disk for disk in disks.planned(folder, spec) if disk.path.exists()]
    config_drive = disks.config_drive_disk(folder / CONFIG_DRIVE, spec)
    own = [_unbootable(disk) for disk in made if disk.target != config_drive.target]
    bus = rescue.device.bus
    if not rescue.device.is_stable:
        # The second place is that of the ephemeral disk, which is left out.
        own = [_at(disk, f"{DISK_PREFIXES[bus]}b") for disk in own if disk.path.name == disks.ROOT]
    taken = {disk.target for disk in (*own, config_drive)}
    if rescue.device.is_stable:
        kept = volume_disks.attached(spec.volumes, [*own, config_drive], spec.hardware)
        taken |= {volume.target for volume in kept}
    disk = Disk(
        folder / ROOT,
        "qcow2",
        _free(bus, taken),
        bus,
        rescue.device.device,
        read_only=rescue.device.device == "cdrom",
        bootable=True,
    )
    disks.make_overlay(disk.path, rescue.image_path, rescue.image_format)
    checkpoint()
    found = [disk, *own]
    if spec.config_drive is not None:
        disks.make_config_drive(config_drive.path, spec)
        checkpoint()
        found.append(config_drive)
    return found


def _free(bus: str, taken: set[str]) -> str:
    """Return the first name on a bus that no disk has."""
    names: Sequence[str] = [f"{DISK_PREFIXES[bus]}{x}" for x in _LETTERS.get(bus, "abcdefgh")]
    for name in names:
        if name not in taken:
            return name
    message = f"the bus {bus} of the guest has no room for the rescue disk"
    raise DriverError(message, message)


def _unbootable(disk: Disk) -> Disk:
    return Disk(disk.path, disk.format, disk.target, disk.bus, disk.device, disk.read_only)


def _at(disk: Disk, target: str) -> Disk:
    return Disk(disk.path, disk.format, target, disk.bus, disk.device, disk.read_only)
