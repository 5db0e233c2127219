"""Fetches images that administrators want in the cache of a host before a server needs them."""

import logging
import threading

from computeapi.domain.errors import Error, ImageUnreachable
from computeapi.ports.database import Database
from computeapi.ports.images import ImageCache

LOG = logging.getLogger(__name__)


class Prefetch:
    """The thread that fetches wanted images, one after the other.

    An image that cannot be had for good is forgotten, with a warning; one whose store does not
    answer is tried again.

    :param interval: seconds between two looks for wanted images.
    """

    def __init__(self, db: Database, images: ImageCache, host: str, interval: float) -> None:
        self._db = db
        self._images = images
        self._host = host
        self._interval = interval
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="prefetch", daemon=True)

    def start(self) -> None:
        """Begin, with a look at once."""
        self._thread.start()

    def stop(self, patience: float) -> None:
        """End; a fetch under way is given up.

        :param patience: seconds to wait for that.
        """
        self._stopped.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(timeout=patience)

    def wake(self) -> None:
        """Look for wanted images soon. Returns at once."""
        self._woken.set()

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

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.clear()
            try:
                self.look()
            except Exception:
                LOG.exception("Could not look for wanted images")
            self._woken.wait(self._interval)
