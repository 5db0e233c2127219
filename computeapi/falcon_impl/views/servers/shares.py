"""The documents of the shares of a server."""

from computeapi.api.versions import Version
from computeapi.domain.shares import ShareAttachment
from computeapi.falcon_impl.views.fields import Document, Field, Fields

_FIELDS = (Field("share_id", "share_id"), Field("status", "status"), Field("tag", "tag"))
_SHARE = Fields(*_FIELDS)
_FOR_ADMINISTRATORS = Fields(
    *_FIELDS, Field("uuid", "id"), Field("export_location", "export_location")
)


def detail(attachment: ShareAttachment, version: Version, is_admin: bool = False) -> Document:
    """Return the document of a share.

    :param is_admin: whether it shows what administrators alone are shown.
    """
    fields = _FOR_ADMINISTRATORS if is_admin else _SHARE
    return fields.document(attachment, version)
