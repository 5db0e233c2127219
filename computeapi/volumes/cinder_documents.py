"""The documents of the Block Storage API v3 as values of the domain."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

from computeapi.domain.errors import VolumesUnreachable
from computeapi.domain.volumes import Reservation, Volume, VolumeSnapshot

#: The metadata key of a volume that was made for a block device: the id of that.
DEVICE_KEY = "computeapi_block_device"
#: That of a snapshot that was taken for an image: the id of the image.
IMAGE_KEY = "computeapi_image"
NONSENSE = "The answer of the volume service makes no sense."
T = TypeVar("T")


def _sensible(read: Callable[[Mapping[str, Any]], T]) -> Callable[[Mapping[str, Any]], T]:
    """Make a function that reads a document raise VolumesUnreachable for one that it cannot."""

    @wraps(read)
    def sensible(document: Mapping[str, Any]) -> T:
        try:
            return read(document)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise VolumesUnreachable(NONSENSE) from error

    return sensible


@_sensible
def volume_of(document: Mapping[str, Any]) -> Volume:
    """Return a volume (Block Storage API v3, "Show a volume's details").

    :raises VolumesUnreachable: when the document makes no sense.
    """
    described = document["volume"]
    properties = described.get("volume_image_metadata") or {}
    attached = described.get("attachments") or ()
    return Volume(
        id=str(described["id"]),
        status=str(described.get("status")),
        size_gb=int(described.get("size") or 0),
        is_multiattach=bool(described.get("multiattach")),
        is_bootable=str(described.get("bootable")).lower() == "true",
        image_properties={str(name): str(value) for name, value in properties.items()},
        server_ids=tuple(str(one["server_id"]) for one in attached if one.get("server_id")),
        min_ram=int(properties.get("min_ram") or 0),
        is_migrating=described.get("migration_status") in ("migrating", "starting", "completing"),
        is_encrypted=described.get("encrypted") is True,
    )


@_sensible
def volume_id_of(document: Mapping[str, Any]) -> str:
    """Return the id of a volume of a list (Block Storage API v3, "List accessible volumes").

    :raises VolumesUnreachable: when the document makes no sense.
    """
    return str(document["id"])


@_sensible
def snapshot_of(document: Mapping[str, Any]) -> VolumeSnapshot:
    """Return a snapshot (Block Storage API v3, "Show a snapshot's details").

    :raises VolumesUnreachable: when the document makes no sense.
    """
    described = document["snapshot"]
    return VolumeSnapshot(
        id=str(described["id"]),
        status=str(described.get("status")),
        size_gb=int(described.get("size") or 0),
        volume_id=str(described.get("volume_id")),
    )


@_sensible
def types_of(document: Mapping[str, Any]) -> tuple[list[str], str | None]:
    """Return the names and ids of a page of types (Block Storage API v3, "List all volume types").

    The second value is the id after which the next page begins; None for the last page.

    :raises VolumesUnreachable: when the document makes no sense.
    """
    types = document["volume_types"]
    names = [str(one[key]) for one in types for key in ("name", "id")]
    has_more = bool(types and document.get("volume_type_links"))
    return names, str(types[-1]["id"]) if has_more else None


@_sensible
def attachment_id_of(document: Mapping[str, Any]) -> str:
    """Return the id of an attachment (Block Storage API v3, "Create attachment").

    :raises VolumesUnreachable: when the document makes no sense.
    """
    return str(document["attachment"]["id"])


@_sensible
def reservation_of(document: Mapping[str, Any]) -> Reservation:
    """Return an attachment of a list (Block Storage API v3, "List attachments").

    :raises VolumesUnreachable: when the document makes no sense.
    """
    return Reservation(
        str(document["id"]), str(document["volume_id"]), str(document.get("instance") or "")
    )


@_sensible
def connection_of(document: Mapping[str, Any]) -> dict[str, object]:
    """Return the connection of an attachment (Block Storage API v3, "Update an attachment").

    :raises VolumesUnreachable: when the document makes no sense.
    """
    return dict(document["attachment"]["connection_info"])


@_sensible
def saved_id_of(document: Mapping[str, Any]) -> str:
    """Return the id of a volume that was moved (Cinder, ``os-migrate_volume_completion``).

    :raises VolumesUnreachable: when the document makes no sense.
    """
    return str(document["save_volume_id"])
