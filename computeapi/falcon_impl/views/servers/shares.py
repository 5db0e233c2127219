"""The documents of the shares of a server."""

from computeapi.api.versions import Version
from computeapi.domain.shares import ShareAttachment
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import Document, Field, Fields, fitting
from computeapi.falcon_impl.views.schemas import TEXT, entity, nullable

_FIELDS = (
    Field("share_id", "share_id", TEXT),
    Field("status", "status", TEXT),
    Field("tag", "tag", nullable(TEXT)),
)
_SHARE = Fields(*_FIELDS)
_FOR_ADMINISTRATORS = Fields(
    *_FIELDS, Field("uuid", "id", TEXT), Field("export_location", "export_location", nullable(TEXT))
)

SHARES = entity({"shares": array(_SHARE.schema)})
NEW_SHARE = entity({"share": _SHARE.schema})
SHARE = entity({"share": fitting(_SHARE, _FOR_ADMINISTRATORS)})


def detail(attachment: ShareAttachment, version: Version, is_admin: bool = False) -> Document:
    """Return the document of a share.

    :param is_admin: whether it shows what administrators alone are shown.
    """
    fields = _FOR_ADMINISTRATORS if is_admin else _SHARE
    return fields.document(attachment, version)
