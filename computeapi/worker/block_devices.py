"""The volumes of the servers of a host, as their attachments proceed.

A step keeps in the row of a block device what the volume service has answered, as soon as it is
known: a worker that dies is followed by one that goes on from there.
"""

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from computeapi.domain.block_devices import BlockDevice, DeviceState
from computeapi.domain.errors import Error, Invalid, NotFound, Unavailable
from computeapi.domain.servers import Server
from computeapi.domain.volumes import Connector
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.database import Database
from computeapi.ports.volumes import Volumes
from computeapi.virt.driver import VolumeDisk
from computeapi.virt.volume_disks import Mounts, volume_disk
from computeapi.worker.block_device_files import BlockDeviceFiles

LOG = logging.getLogger(__name__)

#: Seconds between looks at a volume that is being made.
_LOOK_INTERVAL = 0.5
#: The states of a volume that is being made.
_PASSING = frozenset({"creating", "downloading", "cloning"})
#: Those in which it can be attached, or is.
_USABLE = frozenset({"available", "reserved", "attaching", "in-use"})


class BlockDevices(BlockDeviceFiles):
    """The volumes of the servers of a host.

    :param connector: this host, as the volume service is to know it.
    :param mounts: finds NFS exports on this host.
    :param creation_timeout: seconds to wait for a volume that is made for a server.
    """

    def __init__(
        self,
        db: Database,
        volumes: Volumes,
        connector: Connector,
        mounts: Mounts,
        creation_timeout: float = 180.0,
    ) -> None:
        self._db = db
        self._volumes = volumes
        self._connector = connector
        self._mounts = mounts
        self._creation_timeout = creation_timeout

    def get(self, device_id: object) -> BlockDevice | None:
        """Return a block device, or None when it is gone."""
        with self._db.read() as tx:
            return tx.block_devices.get(str(device_id))

    def disks(self, server_id: str) -> tuple[VolumeDisk, ...]:
        """Return the volumes of a server as disks of a guest on this host.

        Those that are connected to another host are connected to this one.

        :raises VolumesUnreachable: when the volume service does not answer.
        :raises DriverError: when this host cannot use one of them.
        """
        return tuple(
            self.connected(device) for device in self._of_server(server_id) if device.is_with_guest
        )

    def ready(self, server: Server, checkpoint: Checkpoint) -> None:
        """Attach the volumes that a new server is to have, as soon as they are made.

        :raises Unavailable: when the request that makes them is under way.
        :raises Error: when one of them cannot be had.
        """
        for device in self._of_server(server.id):
            if device.message is not None:
                raise Error(device.message)
            if device.state == DeviceState.RESERVING:
                raise Unavailable("The volumes of the server are not made yet.")
            if device.state != DeviceState.ATTACHED:
                self._await(device, checkpoint)
                if device.attachment_id is None:
                    self._reserve_again(device)
                self.connected(device)
                self.complete(device)

    def connected(self, device: BlockDevice) -> VolumeDisk:
        """Return a volume as a disk, and connect it to this host before, unless it is connected.

        :raises NotFound: when the volume service has no such attachment.
        """
        if device.connection is None or device.host != self._connector.host:
            self._connect(device, self._connector)
        volume_id, connection = device.volume_id or "", device.connection or {}
        disk = volume_disk(volume_id, device.device, connection, self._mounts)
        kind = device.device_type or disk.device
        return replace(disk, bootable=device.is_root, device=kind, bus=device.disk_bus)

    def _connect(self, device: BlockDevice, connector: Connector) -> None:
        """Connect a volume to a host, in the place of another one that it is connected to."""
        if device.host is not None:
            self._reserve_again(device)
        attachment_id = device.attachment_id or ""
        connector = replace(connector, device=device.device)
        connection = self._volumes.connect(attachment_id, connector)
        volume = self._volumes.find(device.volume_id or "")
        if volume is not None and volume.is_multiattach:
            connection["multiattach"] = True
        device.connection, device.host = connection, connector.host
        if device.state == DeviceState.ATTACHED:
            self._volumes.complete(attachment_id)
        self._save(device)

    def complete(self, device: BlockDevice) -> None:
        """Note that a volume is attached."""
        self._volumes.complete(device.attachment_id or "")
        device.state = DeviceState.ATTACHED
        self._save(device)

    def keep(self, device: BlockDevice) -> None:
        """Note that a volume which was to be detached stays attached."""
        self._volumes.roll_detaching(device.volume_id or "")
        device.state = DeviceState.ATTACHED
        self._save(device)

    def release(self, device: BlockDevice) -> None:
        """End the attachments of a volume, and forget the block device."""
        for attachment_id in self._attachments(device):
            self._volumes.release(attachment_id)
        self._remove(device)

    def release_all(self, server: Server) -> None:
        """Release the volumes of a server that is deleted, unless another host has a guest of it.

        A worker does later what cannot be done now: see
        :class:`computeapi.worker.left_volumes.LeftVolumes`.
        """
        here = self._connector.host
        with self._db.read() as tx:
            if any(claim.host != here for claim in tx.claims.of_server(server.id)):
                return
            devices = tx.block_devices.of_server(server.id)
        for device in devices:
            if device.state != DeviceState.RESERVING:
                self.end(device)

    def give_back(self, server: Server, host: str) -> None:
        """Connect the volumes of a server that did not come to this host to its own host again."""
        for device in self._of_server(server.id):
            if device.is_with_guest and device.host != host:
                self._connect(device, Connector(host))

    def disconnect(self, server: Server) -> None:
        """Disconnect the volumes of a server that left this host; they stay reserved for it.

        One that cannot be disconnected now stays connected until the server has a host again.
        """
        for device in self._of_server(server.id):
            if device.state == DeviceState.ATTACHED and device.connection is not None:
                try:
                    self._reserve_again(device)
                except Error as error:
                    LOG.warning("Volume %s stays connected: %s", device.volume_id, error)
                    # The next host reserves it again, and ends what was made of this attempt.
                    device.connection = None
                    self._save(device)

    def reimage(self, server: Server, image_id: str, checkpoint: Checkpoint) -> None:
        """Make the volume anew that a server boots from, of an image; its guest is off.

        :raises Error: when it cannot be made anew.
        """
        for device in self._of_server(server.id):
            if device.is_root:
                # A worker that died may have begun it.
                self._await(device, checkpoint)
                self._reserve_again(device)
                self._volumes.reimage(device.volume_id or "", image_id)
                self._await(device, checkpoint)

    def end(self, device: BlockDevice) -> None:
        """Release a volume for good, and delete it if that is wished; errors are logged."""
        try:
            for attachment_id in self._attachments(device):
                self._volumes.release(attachment_id)
            if self._delete(device):
                self._remove(device)
        except Error as error:
            LOG.warning("Volume %s stays for now: %s", device.volume_id, error)

    def migrated(self, old: BlockDevice, new: BlockDevice) -> None:
        """Note that the copy of a volume that the volume service moves is in its place.

        The copy has the id of the volume then, and so have its attachments.
        """
        volume_id, new_id = old.volume_id or "", new.volume_id or ""
        if new.attachment_id not in self._volumes.attachments(volume_id, old.server_id):
            self._volumes.complete(new.attachment_id or "")
            self._volumes.release(old.attachment_id or "")
            volume_id = self._volumes.end_migration(volume_id, new_id)
        new.volume_id, new.state = volume_id, DeviceState.ATTACHED
        with self._db.write() as tx:
            tx.block_devices.remove(old.id)
            tx.block_devices.save(new)

    def not_migrated(self, old: BlockDevice, new: BlockDevice) -> None:
        """Release the copy of a volume that could not be made; the volume service deletes it."""
        for attachment_id in self._attachments(new):
            self._volumes.release(attachment_id)
        with suppress(NotFound, Invalid):
            # A worker that died may have reported it already.
            self._volumes.end_migration(old.volume_id or "", new.volume_id or "", failed=True)
        self._remove(new)

    def _of_server(self, server_id: str) -> Iterable[BlockDevice]:
        with self._db.read() as tx:
            return tx.block_devices.of_server(server_id)

    def _await(self, device: BlockDevice, checkpoint: Checkpoint) -> None:
        """Wait until a volume is made.

        :raises Error: when it is not made.
        """
        end = time.monotonic() + self._creation_timeout
        while True:
            volume = self._volumes.find(device.volume_id or "")
            status = volume.status if volume else "deleted"
            if status in _USABLE:
                return
            if status not in _PASSING or time.monotonic() >= end:
                raise Error(f"Volume {device.volume_id} cannot be used: its status is {status}.")
            checkpoint()
            time.sleep(_LOOK_INTERVAL)

    def _reserve_again(self, device: BlockDevice) -> None:
        """Reserve a volume for this host, in the place of the attachment to another one.

        An attachment is made before the other one ends: the volume is never free. One that was made
        by a worker that died before it was noted is ended here.
        """
        volume_id, server_id = device.volume_id or "", device.server_id
        before = self._attachments(device)
        made = self._volumes.reserve_again(volume_id, server_id)
        # The new one is kept before the others end: one that is in no row would be ended as well.
        device.attachment_id, device.connection = made, None
        self._save(device)
        for attachment_id in before:
            self._volumes.release(attachment_id)
        # A volume that may be connected to a host still names it, and is reserved again.
        device.host = None
        self._save(device)

    def _attachments(self, device: BlockDevice) -> set[str]:
        found = {device.attachment_id} if device.attachment_id else set()
        if device.volume_id:
            found |= set(self._volumes.attachments(device.volume_id, device.server_id))
        return found

    def _delete(self, device: BlockDevice) -> bool:
        """Delete a volume that goes with its server; return whether the block device may go."""
        if device.state == DeviceState.DETACHING:
            return True
        unknown = device.volume_id is None or device.state == DeviceState.RESERVING
        if not device.delete_on_termination and not (device.made and unknown):
            return True
        made = set(self._volumes.made_for(device.id)) if device.made else set()
        return all([self._is_deleted(one) for one in made | {device.volume_id} - {None}])

    def _is_deleted(self, volume_id: str | None) -> bool:
        """Delete a volume; return whether another attempt is of no use."""
        try:
            self._volumes.delete(volume_id or "")
        except Invalid as error:
            volume = self._volumes.find(volume_id or "")
            if volume is not None and volume.status in _PASSING | {"detaching"}:
                return False
            # It has snapshots, or is in use by another server: its owner deletes it.
            LOG.warning("Volume %s stays: %s", volume_id, error)
        return True

    def _save(self, device: BlockDevice) -> None:
        self._write(lambda tx: tx.block_devices.save(device))

    def _remove(self, device: BlockDevice) -> None:
        self._write(lambda tx: tx.block_devices.remove(device.id))

    def _write(self, change: Callable[..., None]) -> None:
        with self._db.write() as tx:
            change(tx)
