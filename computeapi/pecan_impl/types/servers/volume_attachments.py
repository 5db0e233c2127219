"""The volumes of a server."""

from typing import Self

from computeapi.api.servers import changes
from computeapi.api.servers.tags import TAG
from computeapi.api.servers.volume_attachments import DEVICE
from computeapi.domain.volumes import AttachmentChange, NewVolumeAttachment
from computeapi.domain.volumes import VolumeAttachment as DomainAttachment
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.values import BOOLEAN, UUID, matching


class AttachmentCreate(RequestType):
    """The volume in a request to attach one."""

    volume_id = RequestField(UUID, name="volumeId", mandatory=True)
    device = RequestField(matching(DEVICE), nullable=True, default=None)
    tag = RequestField(matching(TAG), span=changes.ATTACHED_DEVICE_TAGS, default=None)
    delete_on_termination = RequestField(BOOLEAN, span=changes.DELETE_ON_TERMINATION, default=False)

    def new(self) -> NewVolumeAttachment:
        """Return the request for the service."""
        return NewVolumeAttachment(
            self.volume_id, self.device, self.tag, self.delete_on_termination
        )


class AttachmentCreateDocument(RequestType):
    """The body of a request to attach a volume."""

    attachment = RequestField(AttachmentCreate, name="volumeAttachment", mandatory=True)


class AttachmentUpdate(RequestType):
    """The attachment in a request to change it."""

    volume_id = RequestField(UUID, name="volumeId", mandatory=True)
    device = RequestField(
        matching(DEVICE), span=changes.ATTACHMENT_CHANGE, nullable=True, default=None
    )
    tag = RequestField(matching(TAG), span=changes.ATTACHMENT_CHANGE, default=None)
    delete_on_termination = RequestField(BOOLEAN, span=changes.ATTACHMENT_CHANGE, default=None)
    server_id = RequestField(UUID, name="serverId", span=changes.ATTACHMENT_CHANGE, default=None)
    id = RequestField(UUID, span=changes.ATTACHMENT_CHANGE, default=None)

    def change(self) -> AttachmentChange:
        """Return the request for the service."""
        return AttachmentChange(
            self.volume_id,
            self.delete_on_termination,
            self.device,
            self.tag,
            self.server_id,
            self.id,
        )


class AttachmentUpdateDocument(RequestType):
    """The body of a request to change an attachment."""

    attachment = RequestField(AttachmentUpdate, name="volumeAttachment", mandatory=True)


class Attached(ResponseType):
    """A volume that is being attached."""

    id = str
    device = ResponseField(str, nullable=True)
    server_id = ResponseField(str, name="serverId")
    volume_id = ResponseField(str, name="volumeId")
    tag = ResponseField(str, span=changes.DEVICE_TAGS_SHOWN, nullable=True)
    delete_on_termination = ResponseField(bool, span=changes.DELETE_ON_TERMINATION)

    @classmethod
    def of(cls, attachment: DomainAttachment) -> Self:
        """Return an attachment."""
        return cls(
            id=attachment.volume_id,
            device=attachment.device,
            server_id=attachment.server_id,
            volume_id=attachment.volume_id,
            tag=attachment.tag,
            delete_on_termination=attachment.delete_on_termination,
        )


class VolumeAttachment(Attached):
    """A volume in a list, or shown by itself."""

    id = ResponseField(str, span=changes.ATTACHMENT_WITHOUT_IDS)
    attachment_id = ResponseField(str, span=changes.ATTACHMENT_IDS, nullable=True)
    bdm_uuid = ResponseField(str, span=changes.ATTACHMENT_IDS)

    @classmethod
    def of(cls, attachment: DomainAttachment) -> Self:
        """Return an attachment."""
        document = super().of(attachment)
        document.add(attachment_id=attachment.attachment_id, bdm_uuid=attachment.mapping_id)
        return document


class AttachedDocument(ResponseType):
    """A volume that is being attached."""

    attachment = ResponseField(Attached, name="volumeAttachment")


class AttachmentDocument(ResponseType):
    """A volume of a server."""

    attachment = ResponseField(VolumeAttachment, name="volumeAttachment")


class Attachments(ResponseType):
    """The volumes of a server."""

    attachments = ResponseField([VolumeAttachment], name="volumeAttachments")
