"""The volumes that are attached to servers."""

from collections.abc import Sequence

from computeapi.domain.block_devices import BlockDevice
from computeapi.domain.context import Context
from computeapi.domain.errors import Error, Forbidden, Invalid, NotFound
from computeapi.domain.servers import Server, attaching
from computeapi.domain.servers.actions import Action
from computeapi.domain.servers.states import VmState
from computeapi.domain.volumes import AttachmentChange, NewVolumeAttachment, VolumeAttachment
from computeapi.policies.servers import volume_attachments as rules
from computeapi.ports.database import Transaction
from computeapi.ports.policy import Policy
from computeapi.service.servers.acceptance import Acceptance, require_unlocked
from computeapi.service.servers.new_volumes import NewVolumes
from computeapi.service.servers.volume_copies import migrating


class VolumeAttachments:
    """Attach and detach volumes (API reference, "Servers with volume attachments")."""

    def __init__(self, acceptance: Acceptance, policy: Policy, new_volumes: NewVolumes) -> None:
        self._acceptance = acceptance
        self._policy = policy
        self._new = new_volumes

    def list(self, context: Context, server_id: str) -> Sequence[VolumeAttachment]:
        """Return the attachments of a server.

        :raises NotFound: when there is no server that the caller may know of.
        """
        with self._acceptance.db.read() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.INDEX)
            devices = self._new.of_server(tx, server)
        return [device.attachment for device in devices if device.attachment is not None]

    def get(self, context: Context, server_id: str, volume_id: str) -> VolumeAttachment:
        """Return the attachment of a volume to a server.

        :raises NotFound: when there is no such server, or the volume is not attached to it.
        """
        with self._acceptance.db.read() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.SHOW)
            return _attachment(self._device(tx, server, volume_id))

    def attach(
        self,
        context: Context,
        server_id: str,
        new: NewVolumeAttachment,
        to_shelved: bool = True,
        multiattach: bool = True,
    ) -> VolumeAttachment:
        """Accept to attach a volume to a server.

        :param to_shelved: whether the server may be shelved.
        :param multiattach: whether the volume may be one that several servers have.
        :raises NotFound: when there is no such server or volume.
        :raises Invalid: when the volume's state forbids it, or it is attached already.
        :raises Forbidden: when the server has as many disks as it can have.
        :raises Conflict: when the server's state or lock forbids it.
        """
        server = self._acceptance.read(context, server_id, rules.CREATE)
        any_state = attaching.ATTACH_VOLUME_TO_ANY
        action = any_state if to_shelved else attaching.ATTACH_VOLUME
        _require(context, server, action)
        volume = self._new.require_attachable(context, new.volume_id, multiattach)

        def load(tx: Transaction) -> Server:
            found = self._acceptance.load(tx, context, server_id, rules.CREATE, lock=True)
            _require(context, found, action)
            if volume.is_multiattach and found.vm_state == VmState.SHELVED_OFFLOADED:
                raise Invalid("Attaching multiattach volumes is not supported for shelved servers.")
            return found

        return _attachment(self._new.attach(context, new, load))

    def detach(
        self, context: Context, server_id: str, volume_id: str, from_shelved: bool = True
    ) -> None:
        """Accept to detach a volume from a server.

        :param from_shelved: whether the server may be shelved.
        :raises NotFound: when there is no such server, or the volume is not attached to it.
        :raises Invalid: when it is being attached or detached.
        :raises Forbidden: when the server boots from it.
        :raises Conflict: when the server's state or lock forbids it.
        """
        any_state = attaching.DETACH_VOLUME_FROM_ANY
        action = any_state if from_shelved else attaching.DETACH_VOLUME
        with self._acceptance.db.write() as tx:
            server, device = self._detachable(tx, context, server_id, volume_id, action)
            is_attached = self._new.note_detaching(tx, device)
        if server.host is None:
            # Its volumes are reserved for it, and attached to nothing.
            self._new.release(device)
            return
        try:
            if is_attached:
                self._new.begin_detaching(context, device)
            with self._acceptance.db.write() as tx:
                server, device = self._detachable(tx, context, server_id, volume_id, action)
                host = self._new.detach(tx, context, server, device)
        except Error:
            self._new.keep(device)
            raise
        self._acceptance.rpc_client.cast(host)

    def _detachable(
        self, tx: Transaction, context: Context, server_id: str, volume_id: str, action: Action
    ) -> tuple[Server, BlockDevice]:
        """Load a server, and the volume that the caller may detach from it now."""
        server = self._acceptance.load(tx, context, server_id, rules.DELETE, lock=True)
        device = self._device(tx, server, volume_id)
        _require(context, server, action)
        if device.is_root:
            raise Forbidden("Cannot detach a root device volume")
        return server, device

    def swap(self, context: Context, server_id: str, volume_id: str, new_id: str) -> None:
        """Accept to put the copy of a volume that the volume service moves in its place.

        :raises NotFound: when there is no such server or volume.
        :raises Invalid: when the volume is not attached to the server, or the copy cannot be.
        :raises Conflict: when the volume service does not move the volume, or the server's state or
            lock forbids it.
        """
        server = self._acceptance.read(context, server_id, rules.SWAP)
        self._swap(context, server, volume_id, new_id)

    def update(
        self, context: Context, server_id: str, volume_id: str, change: AttachmentChange
    ) -> None:
        """Change an attachment; a request that names another volume swaps both.

        :raises NotFound: when there is no such server or volume, or it is not attached.
        :raises Forbidden: when the caller may not swap volumes.
        :raises Invalid: when the request changes more than it may.
        :raises Conflict: see :meth:`swap`.
        """
        is_swap = change.volume_id != volume_id
        with self._acceptance.db.write() as tx:
            server = self._acceptance.load(tx, context, server_id, rules.UPDATE, lock=True)
            if is_swap:
                owner = {"project_id": server.project_id, "user_id": server.user_id}
                self._policy.authorize(context, rules.SWAP, owner)
            device = self._device(tx, server, volume_id)
            change.check(_attachment(device))
            deletes = device.delete_on_termination
            if change.delete_on_termination is not None:
                deletes = change.delete_on_termination
            if not is_swap:
                device.delete_on_termination = deletes
                tx.block_devices.save(device)
        if is_swap:
            self._swap(context, server, volume_id, change.volume_id, deletes)

    def _swap(
        self,
        context: Context,
        server: Server,
        volume_id: str,
        new_id: str,
        deletes: bool | None = None,
    ) -> None:
        """Accept to put another volume in the place of one.

        :param deletes: whether it is deleted with the server; None when that does not change.
        """
        pair = migrating(self._new.volumes, context, volume_id, new_id)
        _require(context, server, attaching.SWAP_VOLUME)
        with self._acceptance.db.read() as tx:
            try:
                device = self._device(tx, server, volume_id)
            except NotFound as error:
                raise Invalid(f"Invalid volume: {error}") from error

        def load(tx: Transaction) -> Server:
            found = tx.servers.get(server.id, lock=True)
            if found is None:
                raise NotFound(f"Instance {server.id} could not be found.")
            _require(context, found, attaching.SWAP_VOLUME)
            return found

        deletes = device.delete_on_termination if deletes is None else deletes
        self._new.swap(context, device, pair, load, deletes)

    def _device(self, tx: Transaction, server: Server, volume_id: str) -> BlockDevice:
        for device in self._new.of_server(tx, server):
            if device.volume_id == volume_id and device.attachment is not None:
                return device
        raise NotFound(f"volume_id not found: {volume_id}")


def _attachment(device: BlockDevice) -> VolumeAttachment:
    """Return the attachment of a block device that the volume service knows of.

    :raises Invalid: when it does not yet.
    """
    if device.attachment is None:
        raise Invalid(f"Volume {device.volume_id} is not attached yet.")
    return device.attachment


def _require(context: Context, server: Server, action: Action) -> None:
    """Raise Conflict when a server's state or lock forbids an action.

    :raises Conflict: when it does.
    """
    require_unlocked(context, server, action)
    server.require_state(action)
