"""The images that are made of servers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from computeapi.domain.images import NewImage
from computeapi.domain.servers.server import Server

#: The kinds of images, as Nova names them in the property ``image_type``.
SNAPSHOT, BACKUP = "snapshot", "backup"
#: Properties that are about the data of one image, and go to no image that is made of a server
#: (Nova, option ``non_inheritable_image_properties``), and the prefix of those that Glance keeps
#: for itself.
_OF_ONE_IMAGE = frozenset(
    {
        *("cache_in_nova", "bittorrent"),
        *("img_signature_hash_method", "img_signature", "img_signature_key_type"),
        "img_signature_certificate_uuid",
    }
)
_GLANCE_OWN = "os_glance_"


@dataclass(frozen=True, slots=True)
class NewSnapshot:
    """An image that a caller wants of a server.

    :ivar metadata: properties that the image is to have beside those of the server.
    :ivar properties: properties that this service gives the image, whatever the metadata says.
    """

    name: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)


def image_of(
    server: Server, image_id: str, wanted: NewSnapshot, user_id: str, min_ram: int = 0
) -> NewImage:
    """Return the image to be made of a server, with the properties that Nova gives it.

    It has those of the image that the server was made of.

    :param min_ram: that of the image that the server was made of, MiB.
    """
    inherited = {
        name: value
        for name, value in server.image_properties.items()
        if name not in _OF_ONE_IMAGE and not name.startswith(_GLANCE_OWN)
    }
    own = {
        "instance_uuid": server.id,
        "user_id": user_id,
        "owner_id": server.project_id,
        "image_type": SNAPSHOT,
        "image_location": SNAPSHOT,
        "image_state": "available",
        **({"base_image_ref": server.image_id} if server.image_id else {}),
    }
    return NewImage(
        id=image_id,
        name=wanted.name,
        min_disk=server.root_gb,
        min_ram=min_ram,
        properties={**inherited, **wanted.metadata, **own, **wanted.properties},
    )
