"""The volumes that servers get and lose: kept as block devices before the volume service is asked.

Whatever dies, a worker ends what was begun: see :mod:`computeapi.worker.block_devices`.
"""

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

from computeapi.domain.block_devices import BlockDevice, DeviceState, free_device
from computeapi.domain.context import Context
from computeapi.domain.errors import Error, Forbidden, Invalid, Unavailable
from computeapi.domain.servers import Server, attaching
from computeapi.domain.servers.actions import Action
from computeapi.domain.volumes import NewVolumeAttachment, Volume
from computeapi.ports.database import Transaction
from computeapi.ports.volumes import Volumes
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.servers.volume_copies import (
    require_available,
    require_copy,
    require_readable,
)

LOG = logging.getLogger(__name__)

#: Loads and locks a server, and checks that the request may go on.
Load = Callable[[Transaction], Server]
#: The state of a volume that several servers may have, and one has.
_IN_USE = "in-use"
#: That of one that is to be detached.
_DETACHING = "detaching"


class NewVolumes:
    """Gives servers volumes, and takes them away.

    :ivar volumes: the volume service.
    """

    def __init__(self, acceptance: Acceptance, volumes: Volumes) -> None:
        self._acceptance = acceptance
        self._db = acceptance.db
        self.volumes = volumes

    def of_server(self, tx: Transaction, server: Server) -> Sequence[BlockDevice]:
        """Return the block devices of a server; without a volume service, no row is read."""
        return tx.block_devices.of_server(server.id) if self.volumes.is_enabled else ()

    def require_attachable(self, context: Context, volume_id: str, multiattach: bool) -> Volume:
        """Return a volume that a server can be given.

        :param multiattach: whether the volume may be one that several servers have.
        :raises NotFound: when there is no such volume.
        :raises Invalid: when its state forbids it.
        """
        volume = self.volumes.volume(context, volume_id)
        if volume.is_multiattach and not multiattach:
            raise Invalid(
                "Multiattach volumes are only supported starting with compute API version 2.60."
            )
        require_readable(volume)
        if not (volume.is_multiattach and volume.status == _IN_USE):
            require_available(volume)
        return volume

    def attach(self, context: Context, new: NewVolumeAttachment, load: Load) -> BlockDevice:
        """Accept to attach a volume.

        :raises Invalid: when it is attached to the server already, or its state forbids it.
        :raises Forbidden: when the server has as many disks as it can have.
        """
        device = BlockDevice(
            id=str(uuid.uuid4()),
            server_id="",
            created_at=None,  # type: ignore[arg-type]  # known in the transaction that keeps it
            state=DeviceState.RESERVING,
            volume_id=new.volume_id,
            tag=new.tag,
            delete_on_termination=new.delete_on_termination,
        )
        self._note(device, load, new.device)
        return self._reserve(context, device, load, attaching.ATTACH_VOLUME, _params(device))

    def swap(
        self,
        context: Context,
        old: BlockDevice,
        pair: tuple[Volume, Volume],
        load: Load,
        deletes: bool,
    ) -> None:
        """Accept to put the copy of a volume in its place.

        :param pair: see :func:`computeapi.service.servers.volume_copies.migrating`.
        :param deletes: whether the volume is deleted with the server.
        :raises Invalid: when it is attached to the server already, or its state forbids it.
        """
        require_copy(*pair)
        device = replace(old, id=str(uuid.uuid4()), state=DeviceState.RESERVING)
        device.volume_id, device.delete_on_termination = pair[1].id, deletes
        device.attachment_id = device.connection = device.host = device.volume_size = None
        self._note(device, load, old=old)
        params = {**_params(device), "old": old.id}
        try:
            self._begin_swapping(context, device, old)
            self._reserve(context, device, load, attaching.SWAP_VOLUME, params)
        except Error:
            self.keep(old)
            raise

    def _begin_swapping(self, context: Context, device: BlockDevice, old: BlockDevice) -> None:
        try:
            self.begin_detaching(context, old)
        except Error:
            self._forget(device)
            raise

    def note_detaching(self, tx: Transaction, device: BlockDevice) -> bool:
        """Note that a volume is to be detached, before the volume service is told.

        :returns: whether the volume service is to be told: it is not of one that it has reserved.
        :raises Invalid: when the volume is being attached or detached.
        """
        if _is_being_changed(tx, device):
            raise Invalid(f"Invalid volume: volume {device.volume_id} is being changed.")
        was_attached = device.state in (DeviceState.ATTACHED, DeviceState.DETACHING)
        device.state = DeviceState.DETACHING
        tx.block_devices.save(device)
        return was_attached

    def begin_detaching(self, context: Context, device: BlockDevice) -> None:
        """Note in the volume service that a volume is to be detached; it may be so already.

        :raises Invalid: when its state forbids it.
        """
        volume_id = device.volume_id or ""
        try:
            self.volumes.begin_detaching(context, volume_id)
        except Invalid:
            if self.volumes.volume(context, volume_id).status != _DETACHING:
                raise

    def keep(self, device: BlockDevice) -> None:
        """Note that a volume stays attached, unless an operation detaches it.

        A worker does it later where this fails.
        """
        try:
            with self._db.write() as tx:
                found = tx.block_devices.get(device.id)
                if found is None or _is_being_changed(tx, found):
                    return
            self.volumes.roll_detaching(device.volume_id or "")
            with self._db.write() as tx:
                found.state = DeviceState.ATTACHED
                tx.block_devices.save(found)
        except Error as error:
            LOG.warning("Volume %s stays detaching for now: %s", device.volume_id, error)

    def detach(self, tx: Transaction, context: Context, server: Server, device: BlockDevice) -> str:
        """Accept to detach a volume that the volume service lets go; return the host to wake.

        :raises Invalid: when the volume is being attached or detached.
        """
        self.note_detaching(tx, device)
        action = attaching.DETACH_VOLUME_FROM_ANY
        return self._acceptance.queue(tx, context, server, action, _params(device))

    def release(self, device: BlockDevice) -> None:
        """End the attachment of a volume to a server without a host, and forget the block device.

        Where the volume service does not answer, a worker does it later.
        """
        try:
            for attachment_id in self._attachments(device):
                self.volumes.release(attachment_id)
        except Error as error:
            LOG.warning("Volume %s stays attached for now: %s", device.volume_id, error)
            return
        with self._db.write() as tx:
            tx.block_devices.remove(device.id)

    def _attachments(self, device: BlockDevice) -> set[str]:
        found = {device.attachment_id} if device.attachment_id else set()
        if device.volume_id:
            # An attempt that came to no end may have left another one.
            found |= set(self.volumes.attachments(device.volume_id, device.server_id))
        return found

    def _note(
        self,
        device: BlockDevice,
        load: Load,
        name: str | None = None,
        old: BlockDevice | None = None,
    ) -> None:
        """Keep a block device, before its volume is reserved.

        :param name: the name that the disk is to have, for one without a name.
        :param old: the block device that it takes the place of.
        """
        with self._db.write() as tx:
            server = load(tx)
            others = tx.block_devices.of_server(server.id)
            if any(other.volume_id == device.volume_id for other in others):
                raise Invalid(f"Invalid volume: volume {device.volume_id} already attached")
            if old is not None:
                self.note_detaching(tx, old)
            device.server_id, device.created_at = server.id, tx.now()
            if device.device is None:
                device.device = _name(server, others, name)
            tx.block_devices.add(device)

    def _reserve(
        self,
        context: Context,
        device: BlockDevice,
        load: Load,
        action: Action,
        params: dict[str, object],
    ) -> BlockDevice:
        """Reserve a volume, and accept the operation that attaches it."""
        volume_id = device.volume_id or ""
        try:
            device.attachment_id = self.volumes.reserve(context, volume_id, device.server_id)
        except Unavailable:
            # It may be reserved all the same.
            self.release(device)
            raise
        except Error:
            self._forget(device)
            raise
        try:
            host = self._accept(context, device, load, action, params)
        except Error:
            self.release(device)
            raise
        if host is not None:
            self._acceptance.rpc_client.cast(host)
        return device

    def _accept(
        self,
        context: Context,
        device: BlockDevice,
        load: Load,
        action: Action,
        params: dict[str, object],
    ) -> str | None:
        """Keep the operation; return the host that it is for, or None for a server without one."""
        with self._db.write() as tx:
            server = load(tx)
            attached = server.host is None
            device.state = DeviceState.ATTACHED if attached else DeviceState.ATTACHING
            tx.block_devices.save(device)
            if attached:
                return None
            any_state = attaching.ATTACH_VOLUME_TO_ANY
            accepted = any_state if action is attaching.ATTACH_VOLUME else action
            return self._acceptance.queue(tx, context, server, accepted, params)

    def _forget(self, device: BlockDevice) -> None:
        with self._db.write() as tx:
            tx.block_devices.remove(device.id)


def _params(device: BlockDevice) -> dict[str, object]:
    """Return the parameters of an operation; notifications name the volume."""
    return {"device": device.id, "volume": device.volume_id}


def _is_being_changed(tx: Transaction, device: BlockDevice) -> bool:
    """Return whether an operation is under way that attaches, detaches or copies a volume."""
    return any(
        device.id in operation.params.values() and operation.action != attaching.EXTEND_VOLUME.name
        for operation in tx.operations.unfinished(device.server_id)
    )


def _name(server: Server, others: Sequence[BlockDevice], wanted: str | None) -> str:
    """Return the name of a new disk.

    :raises Forbidden: when the server has as many disks as it can have.
    """
    taken = {other.device for other in others}
    found = free_device(taken, wanted, server.local_disks.places)
    if found is None:
        raise Forbidden("The maximum allowed number of disk devices of a server is exceeded.")
    return found
