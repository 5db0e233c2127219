"""The block devices of servers that are volumes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from computeapi.domain.volumes import VolumeAttachment

#: For so long the request that made a block device may still be under way.
ACCEPTANCE = timedelta(minutes=10)
#: The letters of the disks of a guest.
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class DeviceState(StrEnum):
    """How far the attachment of a volume is."""

    #: The volume service may know of the attachment, or not yet.
    RESERVING = "reserving"
    ATTACHING = "attaching"
    ATTACHED = "attached"
    DETACHING = "detaching"


class Source(StrEnum):
    """The thing that the volume of a block device is made of (API reference, "Create Server")."""

    VOLUME = "volume"
    SNAPSHOT = "snapshot"
    IMAGE = "image"
    BLANK = "blank"


@dataclass(slots=True)
class BlockDevice:
    """A volume of a server. It is kept before the volume service is asked for anything.

    The order of the fields is that of the table's columns.

    :ivar id: and the other ids: UUIDs.
    :ivar source: what the volume is made of. :ivar source_id: the snapshot or image.
    :ivar volume_id: None until the volume is made.
    :ivar attachment_id: of the volume service; None until it has reserved the volume.
    :ivar device: the name of the disk in the guest, such as ``/dev/vdb``.
    :ivar boot_index: 0 for the disk that the guest boots from; None for one that it never does.
    :ivar volume_size: GiB of a volume to be made; later those that the guest was shown last.
    :ivar volume_type: of a volume to be made.
    :ivar made: whether the volume was, or is to be, made for the server.
    :ivar host: the host that the volume is connected to.
    :ivar connection: as the volume service describes it: where the host finds the volume.
    :ivar message: why the volume could not be made or reserved.
    :ivar device_type: "disk" or "cdrom"; None for a disk.
    :ivar disk_bus: of libvirt, as "scsi"; None for that of the guest's hardware.
    """

    id: str
    server_id: str
    created_at: datetime
    state: str
    source: str = Source.VOLUME
    source_id: str | None = None
    volume_id: str | None = None
    attachment_id: str | None = None
    device: str | None = None
    tag: str | None = None
    delete_on_termination: bool = False
    boot_index: int | None = None
    volume_size: int | None = None
    volume_type: str | None = None
    made: bool = False
    host: str | None = None
    connection: dict[str, object] | None = field(default=None, repr=False)
    message: str | None = None
    device_type: str | None = None
    disk_bus: str | None = None

    @property
    def is_root(self) -> bool:
        """Whether the guest boots from it."""
        return self.boot_index == 0

    @property
    def is_with_guest(self) -> bool:
        """Whether a guest of the server has the volume."""
        return self.state in (DeviceState.ATTACHED, DeviceState.DETACHING)

    @property
    def attachment(self) -> VolumeAttachment | None:
        """The attachment as callers see it; None until the volume service knows of it."""
        if self.volume_id is None or self.attachment_id is None:
            return None
        return VolumeAttachment(
            self.volume_id,
            self.server_id,
            self.attachment_id,
            self.id,
            self.device,
            self.tag,
            self.delete_on_termination,
        )

    def use_file(self, name: str, volume_format: str) -> None:
        """Note that the data of the volume is in another file of its folder."""
        connection, facts = self.connection or {}, {"name": name, "format": volume_format}
        data = connection.get("data")
        nested = {"data": {**data, **facts}} if isinstance(data, dict) else facts
        self.connection = {**connection, **nested}


def free_device(taken: set[str | None], wanted: str | None, local: int) -> str | None:
    """Return a name for a new disk, such as ``/dev/vdc``; None when all are taken.

    :param taken: the names of the other volumes.
    :param wanted: the name that the caller asks for; it is used when it is free.
    :param local: how many disks of its own the guest has: root, ephemeral, swap.
    """
    names = [f"/dev/vd{x}" for x in LETTERS[local:]]
    free = [name for name in names if name not in taken]
    return wanted if wanted in free else next(iter(free), None)


@dataclass(frozen=True, slots=True)
class PlannedVolume:
    """A volume that new servers are to have.

    :ivar source: what it is. :ivar source_id: of the volume, the snapshot or the image.
    :ivar size_gb: GiB of a volume to be made; None for that of its source.
    """

    source: Source
    source_id: str | None = None
    size_gb: int | None = None
    volume_type: str | None = None
    delete_on_termination: bool = False
    boot_index: int | None = None
    tag: str | None = None
    device: str | None = None
    device_type: str | None = None
    disk_bus: str | None = None

    @property
    def is_root(self) -> bool:
        """Whether the guest boots from it."""
        return self.boot_index == 0

    def block_device(self, device_id: str, server_id: str, name: str, now: datetime) -> BlockDevice:
        """Return the block device of a server.

        :param name: the name of the disk in the guest.
        """
        is_volume = self.source == Source.VOLUME
        return BlockDevice(
            id=device_id,
            server_id=server_id,
            created_at=now,
            state=DeviceState.RESERVING,
            source=self.source,
            source_id=None if is_volume else self.source_id,
            volume_id=self.source_id if is_volume else None,
            device=name,
            tag=self.tag,
            delete_on_termination=self.delete_on_termination,
            boot_index=self.boot_index,
            volume_size=self.size_gb,
            volume_type=self.volume_type,
            made=not is_volume,
            device_type=self.device_type,
            disk_bus=self.disk_bus,
        )
