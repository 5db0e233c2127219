"""Releases volumes of servers that are gone, and those whose attachment came to no end.

A volume whose detachment came to no end stays attached.
"""

import logging

from computeapi.domain.block_devices import ACCEPTANCE, BlockDevice
from computeapi.domain.errors import Error
from computeapi.ports.database import Database
from computeapi.worker.block_devices import BlockDevices
from computeapi.worker.errands import Errand

LOG = logging.getLogger(__name__)


class LeftVolumes(Errand):
    """The thread that looks for volumes which no server needs any more.

    The workers of all hosts look after all volumes: the host of a server may be down.

    :param interval: seconds between two looks.
    """

    def __init__(self, db: Database, devices: BlockDevices, interval: float) -> None:
        super().__init__("release of volumes", interval)
        self._db = db
        self._devices = devices

    def look(self) -> None:
        """Release the volumes that no server needs; keep those that no operation detaches.

        :raises computeapi.domain.errors.Unavailable: when the database does not answer.
        """
        with self._db.read() as tx:
            left = [
                device
                for device in tx.block_devices.unneeded(tx.now() - ACCEPTANCE)
                # The operation that is to use it comes to an end by itself.
                if not tx.operations.unfinished(device.server_id)
            ]
            kept = [
                device
                for device in tx.block_devices.detaching()
                if not tx.operations.unfinished(device.server_id)
            ]
        for device in left:
            self._devices.end(device)
        for device in kept:
            self._keep(device)

    def _keep(self, device: BlockDevice) -> None:
        try:
            self._devices.keep(device)
        except Error as error:
            LOG.warning("Volume %s stays detaching for now: %s", device.volume_id, error)
