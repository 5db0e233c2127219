"""The shares of a server."""

from typing import Self

from computeapi.api.servers.shares import TAG
from computeapi.domain.shares import NewShareAttachment, ShareAttachment
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.values import UUID, matching


class ShareCreate(RequestType):
    """The share in a request to attach one."""

    share_id = RequestField(UUID, mandatory=True)
    tag = RequestField(matching(TAG), default=None)


class ShareCreateDocument(RequestType):
    """The body of a request to attach a share."""

    share = RequestField(ShareCreate, mandatory=True)

    def new(self) -> NewShareAttachment:
        """Return the request for the service."""
        return NewShareAttachment(self.share.share_id, self.share.tag)


class Share(ResponseType):
    """A share of a server."""

    share_id = str
    status = str
    tag = ResponseField(str, nullable=True)

    @classmethod
    def of(cls, attachment: ShareAttachment) -> Self:
        """Return a share."""
        return cls(share_id=attachment.share_id, status=attachment.status, tag=attachment.tag)


class ShownShare(Share):
    """A share of a server that is shown by itself; administrators are shown more."""

    uuid = ResponseField(str, optional=True)
    export_location = ResponseField(str, nullable=True, optional=True)

    @classmethod
    def shown(cls, attachment: ShareAttachment, is_admin: bool) -> Self:
        """Return a share.

        :param is_admin: whether it shows what administrators alone are shown.
        """
        document = cls.of(attachment)
        if is_admin:
            document.add(uuid=attachment.id, export_location=attachment.export_location)
        return document


class ShareDocument(ResponseType):
    """A share of a server that was attached."""

    share = Share


class ShownShareDocument(ResponseType):
    """A share of a server."""

    share = ShownShare


class Shares(ResponseType):
    """The shares of a server."""

    shares = [Share]
