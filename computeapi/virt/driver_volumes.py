"""The part of the port to a hypervisor by which guests get volumes as disks."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from computeapi.domain.hardware import Hardware
from computeapi.ports.checkpoint import Checkpoint


@dataclass(frozen=True, slots=True)
class VolumeDisk:
    """A volume as a disk of a guest.

    :ivar volume_id: also the serial number by which the guest finds the disk.
    :ivar path: a file or a block device. :ivar format: "qcow2" or "raw".
    :ivar target: the wanted name of the disk on its bus, e.g. "vdb".
    :ivar bootable: whether the guest boots from it.
    :ivar shareable: whether other guests have it, too.
    :ivar read_only: whether the guest may not write to it.
    :ivar device: "disk" or "cdrom".
    :ivar bus: of libvirt, e.g. "scsi"; None for that of the guest's hardware.
    :ivar limits: of reads and writes, by QEMU's names; none for those of the guest's hardware.
    """

    volume_id: str
    path: Path
    format: str
    target: str
    bootable: bool = False
    shareable: bool = False
    read_only: bool = False
    device: str = "disk"
    bus: str | None = None
    limits: tuple[tuple[str, int], ...] = ()

    def on_bus_of(self, hardware: Hardware) -> "VolumeDisk":
        """Return the volume with the bus that it has in a guest of some hardware.

        As in Nova, this is the bus asked for, or else the one that the image of the guest asks for
        (guide of Nova's image properties, ``hw_disk_bus`` and ``hw_cdrom_bus``).
        """
        is_cdrom = self.device == "cdrom"
        default = hardware.bus_of_cdroms if is_cdrom else hardware.disk_bus or "virtio"
        return replace(self, bus=self.bus or default)


@dataclass(frozen=True, slots=True)
class VolumeMerge:
    """Files of a volume, each on top of the one before, that become one file.

    With a ``base``, the data of ``top`` goes to it, and the file on top of ``top`` is on the base
    then. Without one, the file that the guest writes to takes in all files between it and ``top``,
    or all below it when there is no ``top``.

    :ivar top: and ``base``: names of files beside that of the volume.
    """

    top: str | None = None
    base: str | None = None


class VolumesDriver(Protocol):
    """The methods by which guests get volumes and lose them.

    A guest has the volumes of the ``GuestSpec`` that it was last made of, and those that were
    plugged since. Every method may raise ``DriverError``.
    """

    def plug(self, server_id: str, disk: VolumeDisk) -> None:
        """Give a guest a volume, while it runs or not. One that it has already stays as it is.

        :param disk: a virtio disk unless it has a bus: see :meth:`VolumeDisk.on_bus_of`.
        :raises GuestNotFound: when there is none.
        :raises DriverError: when the guest runs and its bus takes disks only while it is off.
        """

    def unplug(self, server_id: str, volume_id: str, checkpoint: Checkpoint) -> None:
        """Take a volume from a guest, while it runs or not. One that it does not have is no error.

        :raises GuestNotFound: when there is none.
        :raises DriverError: when the guest does not let go of the volume.
        """

    def swap(
        self, server_id: str, volume_id: str, disk: VolumeDisk, checkpoint: Checkpoint
    ) -> None:
        """Copy a volume of a guest to another one, and put that in its place.

        A guest that has the other one already stays as it is.

        :param volume_id: of the volume that the guest has.
        :raises GuestNotFound: when there is none.
        """

    def extend(self, server_id: str, volume_id: str, size: int) -> None:
        """Make a volume of a guest as large as its service says; it never gets smaller.

        A guest that runs sees it at once; others do at their start.

        :param size: bytes.
        :raises GuestNotFound: when there is none.
        """

    def snapshot_volume(self, server_id: str, disk: VolumeDisk, must_quiesce: bool = False) -> None:
        """Make a guest go on with another file of a volume, which is on top of the one it has.

        It stays as it is when it has the file already. Its file systems are frozen meanwhile where
        it has an agent that answers.

        :param disk: the volume with its new file.
        :param must_quiesce: whether a guest that runs stays as it is when they cannot be frozen.
        :raises GuestNotFound: when there is none.
        """

    def merge_volume(
        self, server_id: str, volume_id: str, merge: VolumeMerge, checkpoint: Checkpoint
    ) -> None:
        """Make files of a volume one; the guest goes on. One that is made already is no error.

        :raises GuestNotFound: when there is none.
        """
