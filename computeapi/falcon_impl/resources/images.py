"""``/images``, until 2.35, and the metadata of images, until 2.38."""

from collections.abc import Callable

import falcon

from computeapi.api import images as contract
from computeapi.domain import images as domain
from computeapi.domain.errors import Invalid, NotFound
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.hooks import during
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import metadata as schemas
from computeapi.falcon_impl.views import images as views
from computeapi.falcon_impl.views import links
from computeapi.falcon_impl.views.fields import Document
from computeapi.falcon_impl.views.metadata import METADATA, METADATA_ITEM
from computeapi.service.images import Images


@during(contract.PROXIED)
class ImagesResource:
    """``/images`` and ``/images/detail``.

    :param max_limit: the most images of a page.
    """

    def __init__(self, service: Images, max_limit: int) -> None:
        self._service = service
        self._max_limit = max_limit

    @takes(query=contract.QUERY)
    @answers(200, views.IMAGES)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List images."""
        resp.media = self._page(req, "images", views.summary)

    @takes(query=contract.QUERY)
    @answers(200, views.IMAGE_DETAILS)
    def on_get_detail(self, req: Request, resp: falcon.Response) -> None:
        """List images with details."""
        resp.media = self._page(req, "images/detail", views.detail)

    def _page(
        self, req: Request, path: str, document: Callable[[domain.Image, views.ImageView], Document]
    ) -> Document:
        filters, request = contract.list_request(req.values, self._max_limit, req.version)
        page = self._service.list(req.context, filters, request)
        view = views.ImageView(req.links, self._service)
        body: Document = {"images": [document(image, view) for image in page.items]}
        if page.more and page.items:
            body["images_links"] = links.next_page(req, path, page.items[-1].id)
        return body


@during(contract.PROXIED)
class ImageResource:
    """``/images/{image_id}``."""

    def __init__(self, service: Images) -> None:
        self._service = service

    @answers(200, views.IMAGE)
    def on_get(self, req: Request, resp: falcon.Response, image_id: str) -> None:
        """Show an image."""
        image = self._service.get(req.context, image_id)
        resp.media = {"image": views.detail(image, views.ImageView(req.links, self._service))}

    @answers(204)
    def on_delete(self, req: Request, resp: falcon.Response, image_id: str) -> None:
        """Delete an image."""
        self._service.delete(req.context, image_id)
        resp.status = falcon.HTTP_204


@during(contract.METADATA_PROXIED)
class ImageMetadataResource:
    """``/images/{image_id}/metadata``."""

    def __init__(self, service: Images) -> None:
        self._service = service

    @answers(200, METADATA)
    def on_get(self, req: Request, resp: falcon.Response, image_id: str) -> None:
        """List the metadata of an image."""
        resp.media = {"metadata": contract.metadata(self._service.get(req.context, image_id))}

    @takes(schemas.ALL)
    @answers(200, METADATA)
    def on_post(self, req: Request, resp: falcon.Response, image_id: str) -> None:
        """Add metadata items, or change those that are there."""
        items = schemas.ALL.read(req)["metadata"]
        resp.media = {"metadata": self._service.add_metadata(req.context, image_id, items)}

    @takes(schemas.ALL)
    @answers(200, METADATA)
    def on_put(self, req: Request, resp: falcon.Response, image_id: str) -> None:
        """Replace the metadata of an image."""
        items = schemas.ALL.read(req)["metadata"]
        resp.media = {"metadata": self._service.replace_metadata(req.context, image_id, items)}


@during(contract.METADATA_PROXIED)
class ImageMetadataItemResource:
    """``/images/{image_id}/metadata/{key}``."""

    def __init__(self, service: Images) -> None:
        self._service = service

    @answers(200, METADATA_ITEM)
    def on_get(self, req: Request, resp: falcon.Response, image_id: str, key: str) -> None:
        """Show a metadata item.

        :raises NotFound: when the image has no such item.
        """
        metadata = contract.metadata(self._service.get(req.context, image_id))
        if key not in metadata:
            raise NotFound("Metadata item was not found")
        resp.media = {"meta": {key: metadata[key]}}

    @takes(schemas.ITEM)
    @answers(200, METADATA_ITEM)
    def on_put(self, req: Request, resp: falcon.Response, image_id: str, key: str) -> None:
        """Set a metadata item.

        :raises Invalid: when the body has another key than the path.
        """
        meta = schemas.ITEM.read(req)["meta"]
        if key not in meta:
            raise Invalid("Request body and URI mismatch")
        self._service.add_metadata(req.context, image_id, meta)
        resp.media = {"meta": meta}

    @answers(204)
    def on_delete(self, req: Request, resp: falcon.Response, image_id: str, key: str) -> None:
        """Delete a metadata item."""
        self._service.delete_metadata(req.context, image_id, key)
        resp.status = falcon.HTTP_204
