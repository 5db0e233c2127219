"""The values of a volume service that servers have to do with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from computeapi.domain.errors import Invalid


@dataclass(frozen=True, slots=True)
class VolumeAttachment:
    """A volume that is attached to a server.

    :ivar volume_id: and the other ids: UUIDs.
    :ivar attachment_id: of the volume service. :ivar mapping_id: of the server's block device.
    :ivar device: the name that the guest is to give it, such as ``/dev/vdb``; None when unknown.
    :ivar tag: the name by which the guest finds it, or None.
    :ivar delete_on_termination: whether the volume is deleted with the server.
    """

    volume_id: str
    server_id: str
    attachment_id: str
    mapping_id: str
    device: str | None = None
    tag: str | None = None
    delete_on_termination: bool = False


@dataclass(frozen=True, slots=True)
class NewVolumeAttachment:
    """A request to attach a volume (API reference, "Attach a volume to an instance")."""

    volume_id: str
    device: str | None = None
    tag: str | None = None
    delete_on_termination: bool = False


@dataclass(frozen=True, slots=True)
class AttachmentChange:
    """A request to change an attachment (API reference, "Update a volume attachment").

    A caller may repeat what does not change; None stands for what the request leaves out.

    :ivar volume_id: of another volume, in the place of the one that is attached.
    :ivar id: of the attachment, which is that of the volume.
    """

    volume_id: str
    delete_on_termination: bool | None = None
    device: str | None = None
    tag: str | None = None
    server_id: str | None = None
    id: str | None = None

    def check(self, attachment: VolumeAttachment) -> None:
        """Raise Invalid when the request changes more of an attachment than it may.

        :raises Invalid: naming the attribute.
        """
        pairs = {
            "device": (self.device, attachment.device),
            "tag": (self.tag, attachment.tag),
            "serverId": (self.server_id, attachment.server_id),
            "id": (self.id, attachment.volume_id),
        }
        for name, (wanted, kept) in pairs.items():
            if wanted not in (None, kept):
                raise Invalid(f"The {name} of a volume attachment cannot be changed.")


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume as the volume service describes it.

    :ivar status: a word of the Block Storage API, as "available" or "in-use".
    :ivar size_gb: GiB.
    :ivar is_multiattach: whether several servers may have it at a time.
    :ivar is_bootable: whether a server can boot from it.
    :ivar image_properties: those of the image that it was made of.
    :ivar server_ids: the servers that it is attached to.
    :ivar min_ram: MiB that the image needs that it was made of.
    :ivar is_migrating: whether the volume service moves it to another place.
    :ivar is_encrypted: whether its data are encrypted, which no host here reads.
    """

    id: str
    status: str
    size_gb: int = 0
    is_multiattach: bool = False
    is_bootable: bool = False
    image_properties: Mapping[str, str] = field(default_factory=dict)
    server_ids: tuple[str, ...] = ()
    min_ram: int = 0
    is_migrating: bool = False
    is_encrypted: bool = False


@dataclass(frozen=True, slots=True)
class VolumeSnapshot:
    """A snapshot of a volume.

    :ivar size_gb: GiB of the volume.
    """

    id: str
    status: str
    size_gb: int
    volume_id: str


@dataclass(frozen=True, slots=True)
class NewVolume:
    """A volume to be made.

    :ivar device_id: the block device that it is made for. The volume bears it as metadata, so that
        it is found when the answer of the volume service is lost.
    :ivar size_gb: GiB. :ivar volume_type: a name or an id; None for the default type.
    """

    device_id: str
    size_gb: int
    snapshot_id: str | None = None
    image_id: str | None = None
    volume_type: str | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """An attachment by which a volume is reserved for a server, and connected to no host.

    :ivar id: of the attachment; it and the other ids are UUIDs.
    """

    id: str
    volume_id: str
    server_id: str


@dataclass(frozen=True, slots=True)
class Connector:
    """The host that a volume is connected to.

    :ivar host: its name. :ivar ip: its address.
    :ivar device: the name of the volume in the guest, such as ``/dev/vdb``: the volume service
        shows it to its own callers.
    """

    host: str
    ip: str | None = None
    device: str | None = None
