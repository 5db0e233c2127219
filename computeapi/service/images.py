"""Images, for clients that ask this service for those of the image service."""

from collections.abc import Mapping

from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound, QuotaExceeded
from computeapi.domain.images import Image, ImageFilters
from computeapi.domain.paging import Page, PageRequest
from computeapi.ports.database import Database
from computeapi.ports.images import ImageCatalog
from computeapi.service.quotas import QuotaReader


class Images:
    """List, show, change and delete images.

    No rule of this service guards them: the image service decides what the caller may do.
    """

    def __init__(self, catalog: ImageCatalog, db: Database, quotas: QuotaReader) -> None:
        self._catalog = catalog
        self._db = db
        self._quotas = quotas

    def location(self, image_id: str) -> str | None:
        """Return the URL of an image in the image service, or None when it has none."""
        return self._catalog.location(image_id)

    def list(self, context: Context, filters: ImageFilters, page: PageRequest) -> Page[Image]:
        """Return a page of images, newest first.

        :raises MarkerNotFound: when the marker is no image.
        """
        return self._catalog.list(context, filters, page)

    def get(self, context: Context, image_id: str) -> Image:
        """Return an image.

        :raises NotFound: when there is no such image.
        """
        return self._catalog.get(context, image_id)

    def delete(self, context: Context, image_id: str) -> None:
        """Delete an image.

        :raises NotFound: when there is no such image.
        :raises Forbidden: when the caller may not.
        """
        self._catalog.delete(context, image_id)

    def add_metadata(
        self, context: Context, image_id: str, items: Mapping[str, str]
    ) -> dict[str, str]:
        """Add properties, or give new values to those that are there; return all.

        :raises NotFound: when there is no such image.
        :raises Forbidden: when the caller may not.
        :raises QuotaExceeded: when the image would have too many properties.
        """
        there = self.get(context, image_id).properties
        return self._change(context, image_id, there, {**there, **items})

    def replace_metadata(
        self, context: Context, image_id: str, items: Mapping[str, str]
    ) -> dict[str, str]:
        """Replace all properties, and return them.

        :raises: as :meth:`add_metadata`.
        """
        return self._change(context, image_id, self.get(context, image_id).properties, items)

    def delete_metadata(self, context: Context, image_id: str, key: str) -> None:
        """Remove a property.

        :raises NotFound: when there is no such image or property.
        :raises Forbidden: when the caller may not.
        """
        there = self.get(context, image_id).properties
        if key not in there:
            raise NotFound("Invalid metadata key")
        self._catalog.change(context, image_id, {key: None})

    def _change(
        self, context: Context, image_id: str, there: Mapping[str, str], wanted: Mapping[str, str]
    ) -> dict[str, str]:
        self._check_quota(context, wanted)
        gone: dict[str, str | None] = dict.fromkeys(there.keys() - wanted.keys())
        new = {name: value for name, value in wanted.items() if there.get(name) != value}
        if gone or new:
            self._catalog.change(context, image_id, {**gone, **new})
        return dict(wanted)

    def _check_quota(self, context: Context, wanted: Mapping[str, str]) -> None:
        with self._db.read() as tx:
            quotas = self._quotas.of_user(tx, context.require_project(), context.require_user())
        if 0 <= quotas.metadata_items < len(wanted):
            raise QuotaExceeded("Image metadata limit exceeded")
