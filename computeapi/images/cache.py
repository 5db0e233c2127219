"""A host's own copies of images, shared by its guests.

Every file in the cache is whole. Locks are the kernel's (flock), so they hold between
threads as between processes, and end with their holder, however that ends.
"""

import fcntl
import logging
import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from computeapi.domain import errors
from computeapi.domain.images import Image
from computeapi.images import formats
from computeapi.images.atomic import UNFINISHED, sync_folder
from computeapi.images.ids import checked_id
from computeapi.ports import images as ports
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.images import CachedImage, ImageStore

LOG = logging.getLogger(__name__)

_LOCK_POLL = 0.2  # seconds
_CHECK_EVERY = 1.0  # seconds
_UNCHECKED = ".unchecked"


class ImageCache(ports.ImageCache):
    """Images in local files, one a name, with the bytes that the store gave."""

    def __init__(self, store: ImageStore, folder: Path, unused_for: float = 3600.0) -> None:
        """:param unused_for: seconds for which an image outlives its last use."""
        self._store = store
        self._folder = folder
        self._locks = folder / "locks"
        self._unused_for = unused_for

    def get(self, image_id: str, checkpoint: Checkpoint) -> CachedImage:
        """Return an image's file, fetching it when it is not here yet.

        When several threads need the same image at once, one fetches it and the others wait.

        :param checkpoint: called about once a second meanwhile; what it raises ends it.
        :raises computeapi.domain.errors.Invalid: when the image cannot be booted, or would
            have the hypervisor open other files of this host.
        :raises computeapi.domain.errors.Error: what :meth:`ImageStore.fetch` raises.
        :raises OSError: when the cache cannot be written.
        """
        path = self._folder / checked_id(image_id)
        checkpoint = _seldom(checkpoint)
        self._locks.mkdir(parents=True, exist_ok=True)
        with self._locked(image_id, checkpoint):
            if not path.exists():
                self._fetch(image_id, path, checkpoint)
            os.utime(path)
            disk = formats.inspect(path)
            return CachedImage(path, disk.name, disk.virtual_size)

    def prune(self, keep: Collection[str]) -> list[str]:
        """Remove the images that are not among ``keep`` and were not asked for lately.

        A server accepted after ``keep`` was made may want one: hence "lately".

        :returns: the ids of the images removed.
        """
        self._locks.mkdir(parents=True, exist_ok=True)
        removed = []
        for image_id in {path.name.partition(".")[0] for path in self._folder.iterdir()}:
            if image_id == self._locks.name or image_id in keep:
                continue
            # The holder of the lock is about to use it.
            with suppress(BlockingIOError), self._locked(image_id):
                if self._remove_unused(image_id):
                    removed.append(image_id)
        return removed

    def _fetch(self, image_id: str, path: Path, checkpoint: Checkpoint) -> None:
        self._remove_leftovers(image_id)
        unchecked = path.with_name(f"{path.name}{_UNCHECKED}")
        LOG.info("Fetching image %s", image_id)
        image = self._store.fetch(image_id, unchecked, checkpoint)
        try:
            _check(image, unchecked)
            unchecked.chmod(0o444)
            unchecked.rename(path)
        finally:
            unchecked.unlink(missing_ok=True)
        sync_folder(self._folder)

    def _remove_unused(self, image_id: str) -> bool:
        path = self._folder / image_id
        self._remove_leftovers(image_id)
        if not path.exists() or time.time() - path.stat().st_mtime < self._unused_for:
            return False
        path.unlink()
        LOG.info("Removed image %s, which no server uses", image_id)
        return True

    def _remove_leftovers(self, image_id: str) -> None:
        """Remove the remains of a fetch that died; the lock says that none is under way."""
        for path in self._folder.glob(f"{image_id}.*"):
            if path.name.endswith((UNFINISHED, _UNCHECKED)):
                path.unlink()

    @contextmanager
    def _locked(self, image_id: str, checkpoint: Checkpoint | None = None) -> Iterator[None]:
        """Hold an image's lock.

        :param checkpoint: called while waiting; without one, the method does not wait.
        :raises BlockingIOError: when another process holds it and there is no ``checkpoint``.
        """
        # Never removed: two could then hold "the same" lock on different files.
        with (self._locks / image_id).open("wb") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if checkpoint is None:
                        raise
                checkpoint()
                time.sleep(_LOCK_POLL)
            yield


def _seldom(checkpoint: Checkpoint) -> Callable[[], None]:
    """Return a checkpoint that may be called for every chunk; the worker's asks the database."""
    due = 0.0

    def check() -> None:
        nonlocal due
        if time.monotonic() >= due:
            checkpoint()
            due = time.monotonic() + _CHECK_EVERY

    return check


def _check(image: Image, path: Path) -> None:
    """Refuse an image that would harm the host or not boot.

    A qcow2 may name other files to read from; one that a user made could name any file
    of the host (as in CVE-2024-32498). And a file is never taken for a format that its
    owner did not declare.
    """
    try:
        disk = formats.inspect(path)
    except errors.Invalid as error:
        raise errors.Invalid(f"Image {image.id} cannot be booted: {error.message}") from error
    if disk.leans_on_files:
        raise errors.Invalid(f"Image {image.id} refers to other files.")
    if image.disk_format not in ("qcow2", "raw"):
        raise errors.Invalid(
            f"Image {image.id} is of format {image.disk_format}; only qcow2 and raw can be booted."
        )
    if disk.name != image.disk_format:
        raise errors.Invalid(f"Image {image.id} is not {image.disk_format} but {disk.name}.")
