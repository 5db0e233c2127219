"""Snapshots in a folder: images that their project alone sees.

An image without data is the file that tells more of it, alone: ``ID.qcow2.json``.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from oslo_config import cfg

from computeapi.domain import errors
from computeapi.domain.context import Context
from computeapi.domain.images import NewImage
from computeapi.images.atomic import UNFINISHED, replacing
from computeapi.images.folder import SIDECAR, Folder
from computeapi.images.ids import checked_id, not_found
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.snapshots import SnapshotStore

_CHUNK = 1 << 20


def write_sidecar(path: Path, description: Mapping[str, Any]) -> None:
    """Write the file that tells more of an image.

    :raises computeapi.domain.errors.ImageUnreachable: when it cannot be written.
    """
    try:
        with replacing(path) as file:
            file.write(json.dumps(description).encode())
    except OSError as error:
        raise errors.ImageUnreachable("The folder of images cannot be written to.") from error


def load(conf: cfg.ConfigOpts) -> "FolderSnapshots":
    """Return the store in ``[images] folder``."""
    return FolderSnapshots(Path(conf.images.folder))


class FolderSnapshots(SnapshotStore):
    """Images named after their ids."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._images = Folder(folder)

    def location(self, image_id: str) -> str | None:
        """See :meth:`computeapi.ports.snapshots.SnapshotStore.location`."""
        return None

    def create(self, context: Context, new: NewImage) -> None:
        """See :meth:`computeapi.ports.snapshots.SnapshotStore.create`."""
        description = {
            "id": new.id,
            "name": new.name,
            "min_disk": new.min_disk,
            "min_ram": new.min_ram,
            "properties": new.properties,
            "owner": context.require_project(),
        }
        write_sidecar(self._sidecar(new.id), description)

    def discard(self, context: Context, image_id: str) -> None:
        """See :meth:`computeapi.ports.snapshots.SnapshotStore.discard`."""
        self.remove(image_id)

    def upload(self, image_id: str, source: Path, checkpoint: Checkpoint) -> None:
        """See :meth:`computeapi.ports.snapshots.SnapshotStore.upload`."""
        status = self.status(image_id)
        if status is None:
            raise not_found(image_id)
        if status == "active":
            return
        with source.open("rb") as data, replacing(self._data(image_id)) as file:
            while chunk := data.read(_CHUNK):
                checkpoint()
                file.write(chunk)

    def status(self, image_id: str) -> str | None:
        """See :meth:`computeapi.ports.snapshots.SnapshotStore.status`."""
        if not self._sidecar(image_id).exists():
            return None
        return "active" if self._data(image_id).exists() else "queued"

    def remove(self, image_id: str) -> None:
        """See :meth:`computeapi.ports.snapshots.SnapshotStore.remove`."""
        data = self._data(image_id)
        for path in (data, *self._folder.glob(f"{data.name}*{UNFINISHED}")):
            path.unlink(missing_ok=True)
        self._sidecar(image_id).unlink(missing_ok=True)

    def owned(self, project_id: str, properties: Mapping[str, str]) -> Sequence[str]:
        """See :meth:`computeapi.ports.snapshots.SnapshotStore.owned`."""
        found = [
            (os.stat(self._sidecar(description["id"])).st_mtime_ns, description["id"])
            for _, description in self._images.files()
            if description.get("owner") == project_id
            and properties.items() <= description["properties"].items()
        ]
        return [image_id for _, image_id in sorted(found, reverse=True)]

    def _data(self, image_id: str) -> Path:
        return self._folder / f"{checked_id(image_id)}.qcow2"

    def _sidecar(self, image_id: str) -> Path:
        data = self._data(image_id)
        return data.with_name(f"{data.name}{SIDECAR}")
