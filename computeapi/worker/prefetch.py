"""Fetches images that administrators want in the cache of a host before a server needs them."""

import logging

from computeapi.domain.errors import Error, ImageUnreachable
from computeapi.ports.database import Database
from computeapi.ports.images import ImageCache
from computeapi.worker.errands import Errand

LOG = logging.getLogger(__name__)


class Prefetch(Errand):
    """The thread that fetches wanted images, one after the other; its end gives a fetch up.

    An image that cannot be had for good is forgotten, with a warning; one whose store does not
    answer is tried again.

    :param interval: seconds between two looks for wanted images.
    """

    def __init__(self, db: Database, images: ImageCache, host: str, interval: float) -> None:
        super().__init__("prefetch", interval)
        self._db = db
        self._images = images
        self._host = host

    def look(self) -> None:
        """Fetch the images that the host is to have.

        :raises computeapi.domain.errors.Unavailable: when the database does not answer.
        """
        with self._db.read() as tx:
            wanted = tx.wanted_images.of_host(self._host)
        for image_id in wanted:
            if self._is_settled(image_id):
                with self._db.write() as tx:
                    tx.wanted_images.remove(self._host, image_id)

    def _is_settled(self, image_id: str) -> bool:
        """Fetch an image; return whether another attempt is of no use."""
        try:
            self._images.get(image_id, self._checkpoint)
        except (ImageUnreachable, OSError) as error:
            LOG.warning("Image %s could not be fetched in advance now: %s", image_id, error)
            return False
        except Error as error:
            LOG.warning("Image %s cannot be fetched in advance: %s", image_id, error)
        return True

    def _checkpoint(self) -> None:
        if self._stopped.is_set():
            raise ImageUnreachable("The worker stops.")
