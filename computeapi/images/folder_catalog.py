"""The images in a folder, as callers see and change them: those of their own project."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from oslo_config import cfg

from computeapi.domain.context import Context
from computeapi.domain.errors import Error, Forbidden, MarkerNotFound
from computeapi.domain.images import Image, ImageFilters
from computeapi.domain.paging import Page, PageRequest
from computeapi.images.folder import SIDECAR, Folder, image_of
from computeapi.images.folder_snapshots import FolderSnapshots, write_sidecar
from computeapi.ports.images import ImageCatalog


def load(conf: cfg.ConfigOpts) -> "FolderCatalog":
    """Return the catalog of ``[images] folder``."""
    return FolderCatalog(Path(conf.images.folder))


class FolderCatalog(ImageCatalog):
    """Images in files. Those without an owner belong to the administrators of the host."""

    def __init__(self, folder: Path) -> None:
        self._images = Folder(folder)
        self._snapshots = FolderSnapshots(folder)
        self._folder = folder

    def location(self, image_id: str) -> str | None:
        """See :meth:`computeapi.ports.images.ImageCatalog.location`."""
        return None

    def get(self, context: Context, image_ref: str) -> Image:
        """See :meth:`computeapi.ports.images.ImageCatalog.get`."""
        return self._images.get(context, image_ref)

    def list(self, context: Context, filters: ImageFilters, page: PageRequest) -> Page[Image]:
        """See :meth:`computeapi.ports.images.ImageCatalog.list`."""
        seen = []
        for path, description in self._images.files():
            try:
                image = image_of(path, description)
            except Error:
                # A file that holds no image to boot from is none that callers see.
                continue
            if (context.is_admin or image.owner in (None, context.project_id)) and filters.admits(
                image
            ):
                seen.append(image)
        seen.sort(key=lambda image: (image.created_at or datetime.min, image.id), reverse=True)
        if page.marker is not None:
            ids = [image.id for image in seen]
            if page.marker not in ids:
                raise MarkerNotFound(page.marker)
            seen = seen[ids.index(page.marker) + 1 :]
        return Page(seen[: page.limit], more=len(seen) > page.limit)

    def delete(self, context: Context, image_id: str) -> None:
        """See :meth:`computeapi.ports.images.ImageCatalog.delete`."""
        self._snapshots.remove(self._own(context, image_id).id)

    def change(self, context: Context, image_id: str, properties: Mapping[str, str | None]) -> None:
        """See :meth:`computeapi.ports.images.ImageCatalog.change`."""
        image = self._own(context, image_id)
        changed = {**image.properties, **properties}
        description = {
            "id": image.id,
            "name": image.name,
            "min_disk": image.min_disk,
            "min_ram": image.min_ram,
            "properties": {name: value for name, value in changed.items() if value is not None},
            "owner": image.owner,
        }
        write_sidecar(self._folder / f"{image.id}.qcow2{SIDECAR}", description)

    def _own(self, context: Context, image_id: str) -> Image:
        """Return an image that the caller may change.

        :raises computeapi.domain.errors.Forbidden: when the caller may not.
        """
        image = self._images.get(context, image_id)
        if image.owner is None or not (context.is_admin or image.owner == context.project_id):
            raise Forbidden(f"You are not allowed to change image {image_id}.")
        return image
