"""The documents of the volumes of a server."""

from computeapi.api.servers import changes
from computeapi.api.versions import Version
from computeapi.domain.volumes import VolumeAttachment
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import Document, Field, Fields
from computeapi.falcon_impl.views.schemas import BOOL, TEXT, entity, nullable

_COMMON = (
    Field("device", "device", nullable(TEXT)),
    Field("serverId", "server_id", TEXT),
    Field("volumeId", "volume_id", TEXT),
    Field("tag", "tag", nullable(TEXT), changes.DEVICE_TAGS_SHOWN),
    Field("delete_on_termination", "delete_on_termination", BOOL, changes.DELETE_ON_TERMINATION),
)
_ATTACHED = Fields(Field("id", "volume_id", TEXT), *_COMMON)
_SHOWN = Fields(
    Field("id", "volume_id", TEXT, changes.ATTACHMENT_WITHOUT_IDS),
    *_COMMON,
    Field("attachment_id", "attachment_id", nullable(TEXT), changes.ATTACHMENT_IDS),
    Field("bdm_uuid", "mapping_id", TEXT, changes.ATTACHMENT_IDS),
)

NEW_ATTACHMENT = entity({"volumeAttachment": _ATTACHED.schema})
ATTACHMENT = entity({"volumeAttachment": _SHOWN.schema})
ATTACHMENTS = entity({"volumeAttachments": array(_SHOWN.schema)})


def attached(attachment: VolumeAttachment, version: Version) -> Document:
    """Return the document of a volume that is being attached."""
    return _ATTACHED.document(attachment, version)


def detail(attachment: VolumeAttachment, version: Version) -> Document:
    """Return the document of a volume in a list, or shown by itself."""
    return _SHOWN.document(attachment, version)
