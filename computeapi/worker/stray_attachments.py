"""Ends attachments of volumes that no block device has.

A request to reserve a volume may be given up, as the volume service does not answer in time, and be
carried out later: when the request was made again, or when nothing needs it any more.
"""

import logging
from collections.abc import Iterable

from computeapi.domain.block_devices import DeviceState
from computeapi.domain.volumes import Reservation
from computeapi.ports.database import Database, Transaction
from computeapi.ports.volumes import Volumes
from computeapi.worker.errands import Errand

LOG = logging.getLogger(__name__)


class StrayAttachments(Errand):
    """The thread that looks for reserved volumes of which no block device knows.

    The workers of all hosts look at all volumes: the host of a server may be down, and a server
    that is shelved has no host. A server that the database does not know belongs to another cloud
    with the same volume service, or to a database that was lost: its volumes stay as they are.

    :param interval: seconds between two looks.
    """

    def __init__(self, db: Database, volumes: Volumes, interval: float) -> None:
        super().__init__("release of stray attachments", interval, is_urgent=False)
        self._db = db
        self._volumes = volumes

    def look(self) -> None:
        """End the stray attachments.

        :raises computeapi.domain.errors.Unavailable: when the volume service or the database does
            not answer.
        """
        for stray, is_in_use in self._strays(self._volumes.reservations()):
            if is_in_use and self._is_last(stray):
                continue
            LOG.warning(
                "Volume %s is reserved for server %s by mistake: releasing it",
                stray.volume_id,
                stray.server_id,
            )
            self._volumes.release(stray.id)

    def _is_last(self, stray: Reservation) -> bool:
        """Return whether the volume would be free for others without an attachment."""
        return len(self._volumes.attachments(stray.volume_id, stray.server_id)) < 2

    def _strays(self, reservations: Iterable[Reservation]) -> list[tuple[Reservation, bool]]:
        """Return the strays, each with whether its server has a block device of the volume."""
        found = list(reservations)
        with self._db.read() as tx:
            every = tx.block_devices.of_servers({one.server_id for one in found})
            devices = [device for each in every.values() for device in each]
            kept = {device.attachment_id for device in devices}
            volumes = {(device.server_id, device.volume_id) for device in devices}
            return [
                (one, (one.server_id, one.volume_id) in volumes)
                for one in found
                if one.id not in kept and _is_stray(tx, one)
            ]


def _is_stray(tx: Transaction, reservation: Reservation) -> bool:
    """Return whether no block device has an attachment, nor will have it.

    The order matters. An attachment that is there and in no row belongs to an unfinished operation,
    or to a block device that is being reserved: when these have ended, it is in a row.
    """
    server_id = reservation.server_id
    if tx.servers.get_any(server_id) is None or tx.operations.unfinished(server_id):
        return False
    devices = tx.block_devices.of_server(server_id)
    is_reserving = any(device.state == DeviceState.RESERVING for device in devices)
    return not is_reserving and reservation.id not in {one.attachment_id for one in devices}
