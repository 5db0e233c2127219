"""The images in Glance, as callers see and change them: with their own tokens."""

from collections.abc import Mapping

from oslo_config import cfg

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid, MarkerNotFound, NotFound
from computeapi.domain.images import Image, ImageFilters
from computeapi.domain.paging import Page, PageRequest
from computeapi.images.glance import Glance
from computeapi.images.glance_calls import GlanceCalls
from computeapi.images.glance_documents import image_of
from computeapi.images.ids import checked_id
from computeapi.ports.images import ImageCatalog

#: Image API v2, "Update image".
_PATCH = "application/openstack-images-v2.1-json-patch"


def load(conf: cfg.ConfigOpts) -> "GlanceCatalog":
    """Return the catalog behind ``[images] endpoint``.

    :raises oslo_config.cfg.RequiredOptError: when there is no endpoint.
    """
    return GlanceCatalog(Glance(GlanceCalls(conf)))


class GlanceCatalog(ImageCatalog):
    """Images that Glance keeps, as it shows them to a caller."""

    def __init__(self, glance: Glance) -> None:
        self._glance = glance
        self._calls = glance.calls

    def location(self, image_id: str) -> str | None:
        """See :meth:`computeapi.ports.images.ImageCatalog.location`."""
        return self._calls.location(image_id)

    def get(self, context: Context, image_ref: str) -> Image:
        """See :meth:`computeapi.ports.images.ImageCatalog.get`."""
        return self._glance.get(context, image_ref)

    def list(self, context: Context, filters: ImageFilters, page: PageRequest) -> Page[Image]:
        """See :meth:`computeapi.ports.images.ImageCatalog.list`."""
        params = {**_query(filters), "limit": str(page.limit)}
        if page.marker is not None:
            params["marker"] = page.marker
        try:
            response = self._calls.as_caller(context, "GET", "", "list", params=params)
        except (Invalid, NotFound) as error:
            if page.marker is not None:
                raise MarkerNotFound(page.marker) from error
            raise Invalid("The image service does not take these filters.") from error
        answer = self._calls.peer.document(response)
        images = [image_of(described) for described in answer.get("images", [])]
        return Page(images, more="next" in answer)

    def delete(self, context: Context, image_id: str) -> None:
        """See :meth:`computeapi.ports.images.ImageCatalog.delete`."""
        path = f"/{checked_id(image_id)}"
        self._calls.as_caller(context, "DELETE", path, image_id)

    def change(self, context: Context, image_id: str, properties: Mapping[str, str | None]) -> None:
        """See :meth:`computeapi.ports.images.ImageCatalog.change`."""
        there = self._glance.get(context, image_id).properties
        changes = [_change(name, value) for name, value in properties.items() if value is not None]
        changes += [
            {"op": "remove", "path": _pointer(name)}
            for name, value in properties.items()
            if value is None and name in there
        ]
        path = f"/{checked_id(image_id)}"
        headers = {"Content-Type": _PATCH}
        self._calls.as_caller(context, "PATCH", path, image_id, json=changes, headers=headers)


def _change(name: str, value: str) -> dict[str, str]:
    return {"op": "add", "path": _pointer(name), "value": value}


def _pointer(name: str) -> str:
    """Return the JSON pointer of a property (RFC 6901, 3)."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _query(filters: ImageFilters) -> dict[str, str]:
    """Return the filters as query parameters (Image API v2, "List images")."""
    query = dict(filters.properties)
    if filters.name is not None:
        query["name"] = filters.name
    if filters.statuses:
        query["status"] = f"in:{','.join(filters.statuses)}"
    if filters.changed_since is not None:
        query["updated_at"] = f"gte:{filters.changed_since.isoformat(timespec='seconds')}Z"
    if filters.min_ram is not None:
        query["min_ram"] = str(filters.min_ram)
    if filters.min_disk is not None:
        query["min_disk"] = str(filters.min_disk)
    return query
