"""Copy the disks of guests, and write the copies to images.

A copy is a file of this host until the image has it. One whose operation is over is removed as the
transfers are: see :meth:`computeapi.worker.transfers.Transfers.sweep`.
"""

import logging
from pathlib import Path

from computeapi.domain.errors import Error
from computeapi.domain.operations import Operation
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.snapshots import SnapshotStore
from computeapi.virt.driver import Driver

LOG = logging.getLogger(__name__)


class Uploads:
    """The copies of disks that become images.

    The operation has the id of the image among its parameters, as ``image_id``. Every method may be
    called again after any part of it, and does what is missing.

    :param folder: where the disks of this host's guests are.
    """

    def __init__(self, driver: Driver, store: SnapshotStore, folder: Path) -> None:
        self._driver = driver
        self.store = store
        self._folder = folder

    def copy(self, operation: Operation, checkpoint: Checkpoint) -> None:
        """Copy the root disk of a server's guest.

        :raises computeapi.virt.driver.DriverError: when the hypervisor cannot do it.
        """
        path = self._path(operation)
        if not path.exists():
            self._driver.snapshot(operation.server_id, path, checkpoint)

    def send(self, operation: Operation, checkpoint: Checkpoint) -> None:
        """Write the copy to the image, which is active then.

        :raises computeapi.domain.errors.Error: when the image does not take it, or the copy is
            lost.
        """
        path, image_id = self._path(operation), image_of(operation)
        if path.exists():
            self.store.upload(image_id, path, checkpoint)
            path.unlink()
        elif self.store.status(image_id) != "active":
            raise Error(f"The copy of the disk of instance {operation.server_id} is lost.")

    def clear(self, operation: Operation) -> None:
        """Remove the copy, and the image.

        An image that the store does not remove now is removed later: see
        :class:`computeapi.worker.unfinished_images.UnfinishedImages`.
        """
        path, image_id = self._path(operation), image_of(operation)
        path.unlink(missing_ok=True)
        try:
            self.store.remove(image_id)
        except Error as error:
            LOG.warning("Image %s stays for now: %s", image_id, error)

    def _path(self, operation: Operation) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{operation.server_id}.{operation.id}.image"


def image_of(operation: Operation) -> str:
    """Return the id of the image that an operation makes."""
    return str(operation.params["image_id"])
