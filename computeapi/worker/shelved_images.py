"""Removes the images of shelved servers that are unshelved or deleted."""

import logging

from computeapi.domain.errors import Error, Unavailable
from computeapi.ports.database import Database
from computeapi.ports.snapshots import SnapshotStore
from computeapi.worker.errands import Errand

LOG = logging.getLogger(__name__)


class ShelvedImages(Errand):
    """The thread that removes images which no server needs any more.

    The workers of all hosts remove the images of all servers: a server that is offloaded has no
    host.

    :param interval: seconds between two looks.
    """

    def __init__(self, db: Database, store: SnapshotStore, interval: float) -> None:
        super().__init__("removal of shelved images", interval)
        self._db = db
        self._store = store

    def look(self) -> None:
        """Remove the images that no server needs.

        :raises computeapi.domain.errors.Unavailable: when the database does not answer.
        """
        with self._db.read() as tx:
            unneeded = tx.shelved_images.unneeded()
        for image_id in unneeded:
            if self._is_settled(image_id):
                with self._db.write() as tx:
                    tx.shelved_images.remove(image_id)

    def _is_settled(self, image_id: str) -> bool:
        """Remove an image; return whether another attempt is of no use."""
        try:
            self._store.remove(image_id)
        except (Unavailable, OSError) as error:
            LOG.warning("The image %s of a shelved server stays for now: %s", image_id, error)
            return False
        except Error as error:
            # Its owner may have protected it, and keeps it then.
            LOG.warning("The image %s of a shelved server stays: %s", image_id, error)
        return True
