"""The files of volumes of the servers of a host: snapshots change them while they are attached."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from computeapi.domain.block_devices import BlockDevice
from computeapi.domain.errors import Invalid, NotFound
from computeapi.ports.database import Database
from computeapi.ports.volumes import Volumes
from computeapi.virt.driver import VolumeDisk

LOG = logging.getLogger(__name__)

#: The volume service does the rest when it reads this.
_DONE = "90%"


class BlockDeviceFiles:
    """The part of the block devices of a host that is about the files of volumes."""

    _db: Database
    _volumes: Volumes

    def of_server(self, server_id: str) -> Sequence[BlockDevice]:
        """Return the block devices of a server."""
        with self._db.read() as tx:
            return tx.block_devices.of_server(server_id)

    def note_size(self, device: BlockDevice, size_gb: int) -> None:
        """Note the size at which a guest has a volume, GiB.

        The API may change the block device at the same time, under the lock of the server.
        """
        with self._db.write() as tx:
            tx.servers.get(device.server_id, lock=True)
            found = tx.block_devices.get(device.id)
            if found is not None:
                found.volume_size = size_gb
                tx.block_devices.save(found)

    def size(self, device: BlockDevice) -> int:
        """Return the size of a volume, GiB.

        :raises NotFound: when it is gone.
        """
        volume = self._volumes.find(device.volume_id or "")
        if volume is None:
            raise NotFound(f"Volume {device.volume_id} could not be found.")
        return volume.size_gb

    def keep_file(self, device: BlockDevice, disk: VolumeDisk) -> None:
        """Note the file that a guest has of a volume."""
        device.use_file(disk.path.name, disk.format)
        with self._db.write() as tx:
            tx.block_devices.save(device)

    def report(self, snapshot_id: str, status: str) -> None:
        """Report the outcome of a snapshot to the volume service that asked for it.

        It may have heard of it before, from a worker that died after that.
        """
        try:
            self._volumes.report_snapshot(snapshot_id, status, _DONE)
        except (Invalid, NotFound) as error:
            LOG.warning("Snapshot %s is not %s any more: %s", snapshot_id, status, error)


def with_file(disk: VolumeDisk, name: str, volume_format: str) -> VolumeDisk:
    """Return a volume with another file of its folder."""
    return replace(disk, path=disk.path.with_name(name), format=volume_format)
