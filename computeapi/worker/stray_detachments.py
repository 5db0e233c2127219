"""Keeps volumes attached that the volume service detaches, and nothing else does.

A request to begin a detachment may be given up, as the volume service does not answer in time, and
be carried out later, when the volume was noted to stay attached.
"""

import logging

from computeapi.domain.block_devices import DeviceState
from computeapi.ports.database import Database, Transaction
from computeapi.ports.volumes import Volumes
from computeapi.worker.errands import Errand

LOG = logging.getLogger(__name__)


class StrayDetachments(Errand):
    """The thread that looks for volumes which are detaching by mistake.

    The workers of all hosts look at all volumes. A volume that the database does not know stays as
    it is.

    :param interval: seconds between two looks.
    """

    def __init__(self, db: Database, volumes: Volumes, interval: float) -> None:
        super().__init__("look at volumes that are detaching", interval, is_urgent=False)
        self._db = db
        self._volumes = volumes

    def look(self) -> None:
        """Note that volumes stay attached.

        :raises computeapi.domain.errors.Unavailable: when the volume service or the database does
            not answer.
        """
        found = self._volumes.detaching()
        with self._db.read() as tx:
            kept = [volume_id for volume_id in found if _stays(tx, volume_id)]
        for volume_id in kept:
            LOG.warning("Volume %s is detaching by mistake: it stays attached", volume_id)
            self._volumes.roll_detaching(volume_id)


def _stays(tx: Transaction, volume_id: str) -> bool:
    """Return whether servers have a volume, and neither an operation nor a request detaches it."""
    servers = {device.server_id for device in tx.block_devices.of_volume(volume_id)}
    if any(tx.operations.unfinished(server_id) for server_id in servers):
        return False
    # Read again: an operation that has just ended has changed it.
    devices = tx.block_devices.of_volume(volume_id)
    return bool(devices) and all(device.state == DeviceState.ATTACHED for device in devices)
