"""The values of a volume service that servers have to do with."""

from dataclasses import dataclass

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
