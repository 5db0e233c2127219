"""A cloud without a service for shared file systems: there are no shares."""

from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound
from computeapi.domain.servers import Server
from computeapi.domain.shares import NewShareAttachment, ShareAttachment
from computeapi.ports.shares import Shares


class NoShares(Shares):
    """No share is found."""

    def attachments(self, context: Context, server: Server) -> Sequence[ShareAttachment]:
        return []

    def attach(self, context: Context, server: Server, new: NewShareAttachment) -> ShareAttachment:
        raise NotFound(f"Share {new.share_id} could not be found.")

    def detach(self, context: Context, server: Server, attachment: ShareAttachment) -> None:
        raise NotFound(f"Share {attachment.share_id} is not attached.")
