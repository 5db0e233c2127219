"""Images in a plain folder: every ``*.qcow2``, ``*.raw`` and ``*.img`` is one.

All projects see all of them, but those that have an owner. An image's id is made of its file's
name, and a host keeps what it has fetched: new content wants a new name.

A file ``NAME.json`` beside the image ``NAME`` (``cirros.qcow2.json``) may tell more:
``id`` (a UUID), ``name``, ``min_disk`` (GiB), ``min_ram`` (MiB), ``properties``, an object of
texts, and ``owner``, the id of the one project that sees the image. One without an image beside it
is an image without data, if it has an owner: see :mod:`computeapi.images.folder_snapshots`.
"""

import json
import logging
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from oslo_config import cfg

from computeapi.domain import errors
from computeapi.domain.context import Context
from computeapi.domain.images import Image
from computeapi.images import formats
from computeapi.images.atomic import replacing
from computeapi.images.ids import checked_id, not_found
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.images import ImageStore

LOG = logging.getLogger(__name__)

_SUFFIXES = {".qcow2", ".raw", ".img"}
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "computeapi:images")
_SIDECAR: dict[str, Callable[[Any], Any]] = {
    "id": lambda text: str(uuid.UUID(text)),
    "name": str,
    "min_disk": int,
    "min_ram": int,
    "properties": lambda found: {str(name): str(value) for name, value in found.items()},
    "owner": str,
}
#: How the name of a file ends that tells more of an image.
SIDECAR = ".json"
_CHUNK = 1 << 20


def load(conf: cfg.ConfigOpts) -> "Folder":
    """Return the store in ``[images] folder``."""
    return Folder(Path(conf.images.folder))


class Folder(ImageStore):
    """An image store."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, context: Context, image_ref: str) -> Image:
        """See :meth:`computeapi.ports.images.ImageStore.get`."""
        image = image_of(*self._find(image_ref))
        if not (context.is_admin or image.owner in (None, context.project_id)):
            raise not_found(image_ref)
        return image

    def fetch(self, image_id: str, target: Path, checkpoint: Checkpoint) -> Image:
        """See :meth:`computeapi.ports.images.ImageStore.fetch`."""
        path, properties = self._find(image_id)
        image = image_of(path, properties)
        if image.status != "active":
            raise errors.Conflict(f"Image {image_id} is not active but {image.status}.")
        with _opened(path, image_id) as source, replacing(target) as file:
            _copy(source, file, checkpoint)
            if file.tell() != image.size:
                raise errors.ImageUnreachable(f"Image {image_id} changed while it was copied.")
        return image

    def _find(self, image_id: str) -> tuple[Path, dict[str, Any]]:
        image_id = checked_id(image_id).lower()
        for path, properties in self.files():
            if properties["id"].lower() == image_id:
                return path, properties
        raise not_found(image_id)

    def files(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Yield the path of each image, and its description.

        :raises computeapi.domain.errors.ImageUnreachable: when the folder cannot be read.
        """
        try:
            paths = sorted(self._folder.iterdir())
        except OSError as error:
            LOG.warning("Cannot read the folder of images: %s", error)
            raise errors.ImageUnreachable("The folder of images cannot be read.") from error
        names = {path.name for path in paths}
        for path in paths:
            if path.suffix in _SUFFIXES and path.is_file():
                yield path, _defaults(path) | _sidecar(path)
            elif path.suffix == SIDECAR and path.stem not in names:
                image = path.with_name(path.stem)
                properties = _defaults(image) | _sidecar(image)
                if image.suffix in _SUFFIXES and "owner" in properties:
                    yield image, properties


def _opened(path: Path, image_id: str) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise _unreadable(image_id, error) from error


def _unreadable(image_id: str, error: OSError) -> errors.Error:
    """Return the error for a file that is gone for good, or that may be back."""
    if isinstance(error, FileNotFoundError):
        return not_found(image_id)
    LOG.warning("Cannot read image %s: %s", image_id, error)
    return errors.ImageUnreachable(f"Image {image_id} cannot be read.")


def _copy(source: BinaryIO, file: BinaryIO, checkpoint: Checkpoint) -> None:
    while chunk := source.read(_CHUNK):
        checkpoint()
        file.write(chunk)


def _defaults(path: Path) -> dict[str, Any]:
    image_id = str(uuid.uuid5(_NAMESPACE, path.name))
    return {"id": image_id, "name": path.stem, "min_disk": 0, "min_ram": 0}


def _sidecar(path: Path) -> dict[str, Any]:
    sidecar = path.with_name(f"{path.name}{SIDECAR}")
    try:
        properties = json.loads(sidecar.read_bytes())
        return {key: _SIDECAR[key](value) for key, value in properties.items() if key in _SIDECAR}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        # One bad file must not hide the other images.
        LOG.warning("%s is ignored: %r", sidecar, error)
        return {}


def image_of(path: Path, properties: dict[str, Any]) -> Image:
    """Return the image in a file.

    :raises computeapi.domain.errors.Error: when the file cannot be read, or is none to boot from.
    """
    if "owner" in properties and not path.exists():
        moment = _changed_at(path.with_name(f"{path.name}{SIDECAR}"))
        return Image(
            **properties,
            status="queued",
            size=None,
            disk_format=path.suffix[1:],
            created_at=moment,
            updated_at=moment,
        )
    try:
        size, moment = path.stat().st_size, _changed_at(path)
        has_data = "block_device_mapping" not in properties.get("properties", {})
        disk = formats.inspect(path) if has_data else formats.DiskFormat("raw", 0)
    except OSError as error:
        raise _unreadable(properties["id"], error) from error
    except errors.Invalid as error:
        raise errors.Invalid(
            f"Image {properties['id']} cannot be booted: {error.message}"
        ) from error
    return Image(
        **properties,
        status="active",
        size=size,
        disk_format=disk.name,
        virtual_size=disk.virtual_size,
        created_at=moment,
        updated_at=moment,
    )


def _changed_at(path: Path) -> datetime:
    """Return when a file was written, in whole seconds of UTC."""
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC).replace(tzinfo=None)
