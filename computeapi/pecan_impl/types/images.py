"""Images, until 2.35."""

from datetime import datetime
from typing import Self

from computeapi.api import images as contract
from computeapi.api.links import Links
from computeapi.domain.images import Image as DomainImage
from computeapi.pecan_impl.types.links import Link, Reference, resource_links
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType


class ImageSummary(ResponseType):
    """An image in a list without details."""

    id = str
    name = str
    links = [Link]

    @classmethod
    def brief(cls, image: DomainImage, links: Links, location: str | None) -> Self:
        """Return an image as it is in a list without details.

        :param location: its URL in the image service, if it has one there.
        """
        alternate = Link(
            href=location or links.bookmark("images", image.id),
            rel="alternate",
            type=contract.ALTERNATE_TYPE,
        )
        own = resource_links(links, "images", image.id)
        return cls(id=image.id, name=image.name, links=[*own, alternate])


class Image(ImageSummary):
    """An image."""

    created = datetime
    updated = datetime
    status = str
    progress = int
    min_disk = ResponseField(int, name="minDisk")
    min_ram = ResponseField(int, name="minRam")
    size = ResponseField(int, name="OS-EXT-IMG-SIZE:size")
    metadata = {str: str}
    server = ResponseField(Reference, optional=True)

    @classmethod
    def whole(cls, image: DomainImage, links: Links, location: str | None) -> Self:
        """Return an image with all of its attributes."""
        document = cls.brief(image, links, location)
        document.add(
            created=image.created_at,
            updated=image.updated_at,
            status=contract.status(image),
            progress=contract.progress(image),
            min_disk=image.min_disk,
            min_ram=image.min_ram,
            size=image.size or 0,
            metadata=contract.metadata(image),
        )
        server_id = image.properties.get(contract.SERVER_PROPERTY)
        if server_id:
            own = resource_links(links, "servers", server_id)
            document.add(server=Reference(id=server_id, links=own))
        return document


class ImageDocument(ResponseType):
    """The document of an image."""

    image = Image


class Images(ResponseType):
    """A page of images."""

    images = [Image]
    images_links = ResponseField([Link], optional=True)


class ImageSummaries(ResponseType):
    """A page of images without details."""

    images = [ImageSummary]
    images_links = ResponseField([Link], optional=True)
