"""The documents of the volumes of a server."""

from computeapi.api.servers import changes
from computeapi.api.versions import Version
from computeapi.domain.volumes import VolumeAttachment
from computeapi.falcon_impl.views.fields import Document, Field, Fields

_COMMON = (
    Field("device", "device"),
    Field("serverId", "server_id"),
    Field("volumeId", "volume_id"),
    Field("tag", "tag", changes.DEVICE_TAGS_SHOWN),
    Field("delete_on_termination", "delete_on_termination", changes.DELETE_ON_TERMINATION),
)
_ATTACHED = Fields(Field("id", "volume_id"), *_COMMON)
_SHOWN = Fields(
    Field("id", "volume_id", changes.ATTACHMENT_WITHOUT_IDS),
    *_COMMON,
    Field("attachment_id", "attachment_id", changes.ATTACHMENT_IDS),
    Field("bdm_uuid", "mapping_id", changes.ATTACHMENT_IDS),
)


def attached(attachment: VolumeAttachment, version: Version) -> Document:
    """Return the document of a volume that is being attached."""
    return _ATTACHED.document(attachment, version)


def detail(attachment: VolumeAttachment, version: Version) -> Document:
    """Return the document of a volume in a list, or shown by itself."""
    return _SHOWN.document(attachment, version)
