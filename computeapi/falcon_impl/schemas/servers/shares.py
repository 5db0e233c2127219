"""The request body that attaches a share."""

from typing import Any

from computeapi.api.servers.shares import TAG
from computeapi.domain.shares import NewShareAttachment
from computeapi.falcon_impl.schemas.values import UUID, matching, record
from computeapi.falcon_impl.validation import Body

_SHARE = record({"share_id": UUID, "tag": matching(TAG)}, required=("share_id",))
ATTACH = Body(record({"share": _SHARE}, required=("share",)))


def new_attachment(body: dict[str, Any]) -> NewShareAttachment:
    """Read a body that :data:`ATTACH` let through."""
    return NewShareAttachment(body["share"]["share_id"], body["share"].get("tag"))
