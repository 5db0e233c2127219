"""The regular look after images of servers whose making has ended."""

import logging
from collections.abc import Callable

from computeapi.domain.errors import Error
from computeapi.domain.unfinished_images import ACCEPTANCE, UnfinishedImage
from computeapi.ports.database import Database, Transaction
from computeapi.ports.snapshots import SnapshotStore
from computeapi.ports.volumes import Volumes

LOG = logging.getLogger(__name__)


class UnfinishedImages:
    """Remove images that never got their data, and forget those that did.

    The workers of all hosts look after all images: that of the server's host may be gone.

    :param may_look: return whether the host is still this worker's.
    :param volumes: where the images of servers that boot from volumes have snapshots.
    """

    def __init__(
        self,
        db: Database,
        store: SnapshotStore,
        may_look: Callable[[], bool],
        volumes: Volumes | None = None,
    ) -> None:
        self._db = db
        self._store = store
        self._may_look = may_look
        self._volumes = volumes

    def look(self) -> None:
        """Look at all of them."""
        if not self._may_look():
            return
        with self._db.read() as tx:
            latest = tx.now() - ACCEPTANCE
            over = [
                image
                for image in tx.unfinished_images.all()
                # The request for one that is not accepted may still be under way.
                if (image.accepted or image.created_at < latest) and not _is_under_way(tx, image)
            ]
        for image in over:
            self._settle(image)

    def _settle(self, image: UnfinishedImage) -> None:
        """Remove or forget an image that no operation is under way for."""
        try:
            status = self._store.status(image.image_id)
            if status not in (None, "active"):
                self._store.remove(image.image_id)
                LOG.info("Removed image %s, which got no data", image.image_id)
            if status != "active" and self._volumes is not None:
                for snapshot_id in self._volumes.snapshots_for(image.image_id):
                    self._volumes.delete_snapshot(snapshot_id)
        except Error as error:
            LOG.warning("Image %s of a server stays for now: %s", image.image_id, error)
            return
        with self._db.write() as tx:
            tx.unfinished_images.remove(image.image_id)


def _is_under_way(tx: Transaction, image: UnfinishedImage) -> bool:
    operations = tx.operations.unfinished(image.server_id)
    return any(operation.params.get("image_id") == image.image_id for operation in operations)
