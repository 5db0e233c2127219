"""Request bodies of attachments (API reference, "Servers with volume attachments")."""

from typing import Any

from computeapi.api import values
from computeapi.api.servers import changes
from computeapi.api.servers.tags import TAG
from computeapi.api.servers.volume_attachments import DEVICE
from computeapi.domain.volumes import AttachmentChange, NewVolumeAttachment
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import BOOLEAN, UUID, matching, record
from computeapi.falcon_impl.validation import Body

_DEVICE: Schema = {**matching(DEVICE), "type": ["string", "null"]}


def _body(properties: Schema) -> Body:
    attachment = record({"volumeId": UUID, **properties}, required=("volumeId",))
    return Body(record({"volumeAttachment": attachment}, required=("volumeAttachment",)))


ATTACH = _body(
    {
        "device": _DEVICE,
        "tag": In(changes.ATTACHED_DEVICE_TAGS, matching(TAG)),
        "delete_on_termination": In(changes.DELETE_ON_TERMINATION, BOOLEAN),
    }
)
UPDATE = _body(
    {
        "device": In(changes.ATTACHMENT_CHANGE, _DEVICE),
        "tag": In(changes.ATTACHMENT_CHANGE, matching(TAG)),
        "delete_on_termination": In(changes.ATTACHMENT_CHANGE, BOOLEAN),
        "serverId": In(changes.ATTACHMENT_CHANGE, UUID),
        "id": In(changes.ATTACHMENT_CHANGE, UUID),
    }
)


def new_attachment(body: dict[str, Any]) -> NewVolumeAttachment:
    """Read a body that :data:`ATTACH` let through."""
    wanted = body["volumeAttachment"]
    return NewVolumeAttachment(
        wanted["volumeId"],
        wanted.get("device"),
        wanted.get("tag"),
        values.boolean(wanted.get("delete_on_termination", False)),
    )


def change(body: dict[str, Any]) -> AttachmentChange:
    """Read a body that :data:`UPDATE` let through."""
    wanted = body["volumeAttachment"]
    deletes = wanted.get("delete_on_termination")
    return AttachmentChange(
        wanted["volumeId"],
        None if deletes is None else values.boolean(deletes),
        wanted.get("device"),
        wanted.get("tag"),
        wanted.get("serverId"),
        wanted.get("id"),
    )
