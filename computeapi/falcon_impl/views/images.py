"""Response bodies of images (API reference, "Images (deprecated)")."""

from typing import NamedTuple

from computeapi.api import images as contract
from computeapi.api.links import Links
from computeapi.domain.images import Image
from computeapi.falcon_impl.views import links as link_views
from computeapi.falcon_impl.views.fields import Document
from computeapi.falcon_impl.views.schemas import (
    INTEGER,
    LINKS,
    MOMENT,
    REFERENCE,
    TEXT,
    at_times,
    entity,
    mapping,
    page,
)
from computeapi.service.images import Images


class ImageView(NamedTuple):
    """The caller's view of images.

    :ivar links: as the caller reaches this API.
    :ivar service: knows where the image service has them.
    """

    links: Links
    service: Images


_SUMMARY = {"id": TEXT, "name": TEXT, "links": LINKS}
_DETAIL = {
    **_SUMMARY,
    "created": MOMENT,
    "updated": MOMENT,
    "status": TEXT,
    "progress": INTEGER,
    "minDisk": INTEGER,
    "minRam": INTEGER,
    "OS-EXT-IMG-SIZE:size": INTEGER,
    "metadata": mapping(TEXT),
    "server": at_times(REFERENCE),
}
IMAGE = entity({"image": entity(_DETAIL)})
IMAGES, IMAGE_DETAILS = (page("images", entity(one)) for one in (_SUMMARY, _DETAIL))


def summary(image: Image, view: ImageView) -> Document:
    """Return the document of an image in a list without details."""
    links = link_views.resource(view.links, "images", image.id)
    alternate = view.service.location(image.id) or view.links.bookmark("images", image.id)
    links.append({"rel": "alternate", "type": contract.ALTERNATE_TYPE, "href": alternate})
    return {"id": image.id, "name": image.name, "links": links}


def detail(image: Image, view: ImageView) -> Document:
    """Return the document of an image."""
    document = {
        **summary(image, view),
        "created": image.created_at,
        "updated": image.updated_at,
        "status": contract.status(image),
        "progress": contract.progress(image),
        "minDisk": image.min_disk,
        "minRam": image.min_ram,
        "OS-EXT-IMG-SIZE:size": image.size or 0,
        "metadata": contract.metadata(image),
    }
    server_id = image.properties.get(contract.SERVER_PROPERTY)
    if server_id:
        links = link_views.resource(view.links, "servers", server_id)
        document["server"] = {"id": server_id, "links": links}
    return document
