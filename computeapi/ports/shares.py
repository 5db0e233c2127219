"""The service for shared file systems of a cloud.

A method may ask another service over HTTP: call none within a transaction.
"""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.context import Context
from computeapi.domain.servers import Server
from computeapi.domain.shares import NewShareAttachment, ShareAttachment


class Shares(Protocol):
    """The shared file systems of a cloud, and their attachments to its servers."""

    def attachments(self, context: Context, server: Server) -> Sequence[ShareAttachment]:
        """Return the shares that are attached to a server."""

    def attach(self, context: Context, server: Server, new: NewShareAttachment) -> ShareAttachment:
        """Attach a share to a server.

        :raises NotFound: when there is no such share.
        """

    def detach(self, context: Context, server: Server, attachment: ShareAttachment) -> None:
        """Detach a share from a server."""
