"""Images, until 2.35, and their metadata, until 2.38."""

from computeapi.api import images as contract
from computeapi.domain.errors import NotFound
from computeapi.domain.images import Image
from computeapi.domain.paging import Page
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import images as types
from computeapi.pecan_impl.types.links import next_links
from computeapi.pecan_impl.types.servers import metadata as metadata_types


def _page() -> Page[Image]:
    """Return the page that the query asks for."""
    request = current()
    limit = request.services.conf.api.max_limit
    filters, page = contract.list_request(request.values, limit, request.version)
    found: Page[Image] = request.services.images.list(request.context, filters, page)
    return found


def _whole(image: Image) -> types.Image:
    """Return the document of an image."""
    request = current()
    return types.Image.whole(image, request.links, request.services.images.location(image.id))


class ImageMetadataItemController(Resource):
    """``/images/{image_id}/metadata/{key}``."""

    segment = "key"

    span = contract.METADATA_PROXIED

    @expose(metadata_types.MetadataItemDocument)
    def get(self) -> metadata_types.MetadataItemDocument:
        """Show a metadata item."""
        request, (image_id, key) = current(), self._ids
        image = request.services.images.get(request.context, image_id)
        metadata = contract.metadata(image)
        if key not in metadata:
            raise NotFound("Metadata item was not found")
        return metadata_types.MetadataItemDocument(meta={key: metadata[key]})

    @expose(metadata_types.MetadataItemDocument, body=metadata_types.MetadataItemRequest)
    def put(
        self, document: metadata_types.MetadataItemRequest
    ) -> metadata_types.MetadataItemDocument:
        """Set a metadata item."""
        request, (image_id, key) = current(), self._ids
        meta = {key: document.value(key)}
        request.services.images.add_metadata(request.context, image_id, meta)
        return metadata_types.MetadataItemDocument(meta=meta)

    @expose(None, status_code=204)
    def delete(self) -> None:
        """Delete a metadata item."""
        request, (image_id, key) = current(), self._ids
        request.services.images.delete_metadata(request.context, image_id, key)


class ImageMetadataController(Resource):
    """``/images/{image_id}/metadata``."""

    item = ImageMetadataItemController
    span = contract.METADATA_PROXIED

    @expose(metadata_types.MetadataDocument)
    def get(self) -> metadata_types.MetadataDocument:
        """List the metadata of an image."""
        request, (image_id,) = current(), self._ids
        image = request.services.images.get(request.context, image_id)
        return metadata_types.MetadataDocument(metadata=contract.metadata(image))

    @expose(metadata_types.MetadataDocument, body=metadata_types.MetadataRequest)
    def post(self, document: metadata_types.MetadataRequest) -> metadata_types.MetadataDocument:
        """Add metadata items, or change those that are there."""
        request, (image_id,) = current(), self._ids
        service = request.services.images
        metadata = service.add_metadata(request.context, image_id, document.metadata)
        return metadata_types.MetadataDocument(metadata=metadata)

    @expose(metadata_types.MetadataDocument, body=metadata_types.MetadataRequest)
    def put(self, document: metadata_types.MetadataRequest) -> metadata_types.MetadataDocument:
        """Replace the metadata of an image."""
        request, (image_id,) = current(), self._ids
        service = request.services.images
        metadata = service.replace_metadata(request.context, image_id, document.metadata)
        return metadata_types.MetadataDocument(metadata=metadata)


class ImageController(Resource):
    """``/images/{image_id}``."""

    segment = "image_id"

    children = {"metadata": ImageMetadataController}
    span = contract.PROXIED

    @expose(types.ImageDocument)
    def get(self) -> types.ImageDocument:
        """Show an image."""
        request, (image_id,) = current(), self._ids
        image = request.services.images.get(request.context, image_id)
        return types.ImageDocument(image=_whole(image))

    @expose(None, status_code=204)
    def delete(self) -> None:
        """Delete an image."""
        request, (image_id,) = current(), self._ids
        request.services.images.delete(request.context, image_id)


class ImagesDetailController(Resource):
    """``/images/detail``."""

    span = contract.PROXIED

    @expose(types.Images, query=contract.QUERY)
    def get(self) -> types.Images:
        """List images with details."""
        request, page = current(), _page()
        return types.Images(
            images=[_whole(image) for image in page.items],
            images_links=next_links(request.links, "images/detail", request.pairs, page),
        )


class ImagesController(Resource):
    """``/images``."""

    children = {"detail": ImagesDetailController}
    item = ImageController
    span = contract.PROXIED

    @expose(types.ImageSummaries, query=contract.QUERY)
    def get(self) -> types.ImageSummaries:
        """List images."""
        request, page = current(), _page()
        links, location = request.links, request.services.images.location
        images = [
            types.ImageSummary.brief(image, links, location(image.id)) for image in page.items
        ]
        return types.ImageSummaries(
            images=images,
            images_links=next_links(links, "images", request.pairs, page),
        )
