"""Make images of servers."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from computeapi.domain.errors import Error, ImageUnreachable, Superseded
from computeapi.domain.operations import Operation
from computeapi.domain.servers import Server, TaskState, actions
from computeapi.domain.servers.snapshots import BACKUP
from computeapi.ports.checkpoint import Checkpoint
from computeapi.worker.servers.steps import Change, step
from computeapi.worker.uploads import Uploads

_BOTH = (actions.CREATE_IMAGE, actions.CREATE_BACKUP)
LOG = logging.getLogger(__name__)


class Snapshots:
    """The steps of createImage and createBackup.

    A backup whose rotation is 0 is not to be kept: its image gets no data before it is removed.
    """

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads

    @step(_BOTH, "snapshot")
    def snapshot(self, _server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Copy the disk of the server's guest."""
        if _is_kept(operation):
            with self._cleared(operation):
                self._uploads.copy(operation, checkpoint)
        return partial(_set_task, TaskState.IMAGE_PENDING_UPLOAD)

    @step(actions.CREATE_IMAGE, "upload")
    def upload(self, _server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Write the copy to the image."""
        self._send(operation, checkpoint)
        return _settle

    @step(actions.CREATE_BACKUP, "upload")
    def upload_backup(
        self, _server: Server, operation: Operation, checkpoint: Checkpoint
    ) -> Change:
        """Write the copy to the image, if it is kept; the oldest images are removed after that."""
        if _is_kept(operation):
            self._send(operation, checkpoint)
        return partial(_set_task, TaskState.IMAGE_UPLOADING)

    @step(actions.CREATE_BACKUP, "rotate")
    def rotate(self, server: Server, operation: Operation, checkpoint: Checkpoint) -> Change:
        """Remove the oldest backups of the type, but for as many as are to be kept."""
        store, kept = self._uploads.store, int(str(operation.params["rotation"]))
        owner = str(operation.params["owner"])
        same = {
            "instance_uuid": server.id,
            "image_type": BACKUP,
            "backup_type": str(operation.params["backup_type"]),
        }
        for image_id in store.owned(owner, same)[kept:]:
            checkpoint()
            try:
                store.remove(image_id)
            except ImageUnreachable:
                raise
            except Error as error:
                # Its owner may have protected it.
                LOG.warning("Backup %s of server %s stays: %s", image_id, server.id, error)
        return _settle

    @step(_BOTH, "clear")
    def clear(self, _server: Server, operation: Operation, _checkpoint: Checkpoint) -> Change:
        """Remove an image that could not be made."""
        self._uploads.clear(operation)
        return _settle

    def _send(self, operation: Operation, checkpoint: Checkpoint) -> None:
        with self._cleared(operation):
            self._uploads.send(operation, checkpoint)

    @contextmanager
    def _cleared(self, operation: Operation) -> Iterator[None]:
        """Remove the image when a delete of the server ends its making."""
        try:
            yield
        except Superseded:
            self._uploads.clear(operation)
            raise


def _is_kept(operation: Operation) -> bool:
    return operation.params.get("rotation") != 0


def _set_task(task: TaskState, server: Server, _now: datetime) -> None:
    server.task_state = task


def _settle(server: Server, _now: datetime) -> None:
    server.task_state = None
