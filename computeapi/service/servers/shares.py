"""The shares that are attached to servers."""

from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound
from computeapi.domain.servers import Server, attaching
from computeapi.domain.servers.actions import Action
from computeapi.domain.shares import NewShareAttachment, ShareAttachment
from computeapi.policies.servers import shares as rules
from computeapi.ports.shares import Shares as ShareService
from computeapi.service.servers.acceptance import Acceptance, require_unlocked


class Shares:
    """Attach and detach shares (API reference, "Servers with shares attachments")."""

    def __init__(self, acceptance: Acceptance, shares: ShareService) -> None:
        self._acceptance = acceptance
        self._shares = shares

    def list(self, context: Context, server_id: str) -> Sequence[ShareAttachment]:
        """Return the shares of a server.

        :raises NotFound: when there is no server that the caller may know of.
        """
        server = self._acceptance.read(context, server_id, rules.INDEX)
        return self._shares.attachments(context, server)

    def get(self, context: Context, server_id: str, share_id: str) -> ShareAttachment:
        """Return a share of a server.

        :raises NotFound: when there is no such server, or the share is not attached to it.
        """
        server = self._acceptance.read(context, server_id, rules.SHOW)
        return self._attachment(context, server, share_id)

    def attach(self, context: Context, server_id: str, new: NewShareAttachment) -> ShareAttachment:
        """Attach a share to a server that is off.

        :raises NotFound: when there is no such server or share.
        :raises Conflict: when the server's state or lock forbids it.
        """
        server = self._acceptance.read(context, server_id, rules.CREATE)
        _require(context, server, attaching.ATTACH_SHARE)
        return self._shares.attach(context, server, new)

    def detach(self, context: Context, server_id: str, share_id: str) -> None:
        """Detach a share from a server that is off, or in ERROR.

        :raises NotFound: when there is no such server, or the share is not attached to it.
        :raises Conflict: when the server's state or lock forbids it.
        """
        server = self._acceptance.read(context, server_id, rules.DELETE)
        _require(context, server, attaching.DETACH_SHARE)
        attachment = self._attachment(context, server, share_id)
        self._shares.detach(context, server, attachment)

    def _attachment(self, context: Context, server: Server, share_id: str) -> ShareAttachment:
        for attachment in self._shares.attachments(context, server):
            if attachment.share_id == share_id:
                return attachment
        raise NotFound(f"Share {share_id} is not attached to server {server.id}.")


def _require(context: Context, server: Server, action: Action) -> None:
    """Raise Conflict when a server's state or lock forbids an action.

    :raises Conflict: when it does.
    """
    require_unlocked(context, server, action)
    server.require_state(action)
