"""The volumes that are attached to servers."""

from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound
from computeapi.domain.servers import Server, attaching
from computeapi.domain.servers.actions import Action
from computeapi.domain.volumes import AttachmentChange, NewVolumeAttachment, VolumeAttachment
from computeapi.policies.servers import volume_attachments as rules
from computeapi.ports.policy import Policy
from computeapi.ports.volumes import Volumes
from computeapi.service.servers.acceptance import Acceptance, require_unlocked


class VolumeAttachments:
    """Attach and detach volumes (API reference, "Servers with volume attachments")."""

    def __init__(self, acceptance: Acceptance, policy: Policy, volumes: Volumes) -> None:
        self._acceptance = acceptance
        self._policy = policy
        self._volumes = volumes

    def list(self, context: Context, server_id: str) -> Sequence[VolumeAttachment]:
        """Return the attachments of a server.

        :raises NotFound: when there is no server that the caller may know of.
        """
        server = self._acceptance.read(context, server_id, rules.INDEX)
        return self._volumes.attachments(context, server)

    def get(self, context: Context, server_id: str, volume_id: str) -> VolumeAttachment:
        """Return the attachment of a volume to a server.

        :raises NotFound: when there is no such server, or the volume is not attached to it.
        """
        server = self._acceptance.read(context, server_id, rules.SHOW)
        return self._attachment(context, server, volume_id)

    def attach(
        self, context: Context, server_id: str, new: NewVolumeAttachment, to_shelved: bool = True
    ) -> VolumeAttachment:
        """Attach a volume to a server.

        :param to_shelved: whether the server may be shelved.
        :raises NotFound: when there is no such server or volume.
        :raises Conflict: when the server's state or lock forbids it.
        """
        server = self._acceptance.read(context, server_id, rules.CREATE)
        any_state = attaching.ATTACH_VOLUME_TO_ANY
        _require(context, server, any_state if to_shelved else attaching.ATTACH_VOLUME)
        return self._volumes.attach(context, server, new)

    def detach(
        self, context: Context, server_id: str, volume_id: str, from_shelved: bool = True
    ) -> None:
        """Detach a volume from a server.

        :param from_shelved: whether the server may be shelved.
        :raises NotFound: when there is no such server, or the volume is not attached to it.
        :raises Conflict: when the server's state or lock forbids it.
        """
        server = self._acceptance.read(context, server_id, rules.DELETE)
        attachment = self._attachment(context, server, volume_id)
        any_state = attaching.DETACH_VOLUME_FROM_ANY
        _require(context, server, any_state if from_shelved else attaching.DETACH_VOLUME)
        self._volumes.detach(context, server, attachment)

    def swap(self, context: Context, server_id: str, volume_id: str, new_id: str) -> None:
        """Put another volume in the place of one that is attached.

        :raises NotFound: when there is no such server or volume, or it is not attached.
        :raises Conflict: when the server's state or lock forbids it.
        """
        server = self._acceptance.read(context, server_id, rules.SWAP)
        attachment = self._attachment(context, server, volume_id)
        _require(context, server, attaching.SWAP_VOLUME)
        self._volumes.swap(context, server, attachment, new_id)

    def update(
        self, context: Context, server_id: str, volume_id: str, change: AttachmentChange
    ) -> None:
        """Change an attachment; a request that names another volume swaps both.

        :raises NotFound: when there is no such server or volume, or it is not attached.
        :raises Forbidden: when the caller may not swap volumes.
        :raises Invalid: when the request changes more than it may.
        :raises Conflict: when the server's state or lock forbids it.
        """
        server = self._acceptance.read(context, server_id, rules.UPDATE)
        is_swap = change.volume_id != volume_id
        if is_swap:
            owner = {"project_id": server.project_id, "user_id": server.user_id}
            self._policy.authorize(context, rules.SWAP, owner)
        attachment = self._attachment(context, server, volume_id)
        change.check(attachment)
        if change.delete_on_termination is not None:
            delete = change.delete_on_termination
            self._volumes.keep_or_delete(context, server, attachment, delete)
        if is_swap:
            _require(context, server, attaching.SWAP_VOLUME)
            self._volumes.swap(context, server, attachment, change.volume_id)

    def _attachment(self, context: Context, server: Server, volume_id: str) -> VolumeAttachment:
        for attachment in self._volumes.attachments(context, server):
            if attachment.volume_id == volume_id:
                return attachment
        raise NotFound(f"volume_id not found: {volume_id}")


def _require(context: Context, server: Server, action: Action) -> None:
    """Raise Conflict when a server's state or lock forbids an action.

    :raises Conflict: when it does.
    """
    require_unlocked(context, server, action)
    server.require_state(action)
