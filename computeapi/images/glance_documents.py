"""The documents by which Glance describes images (Image API v2, "Show image")."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from computeapi.domain.images import Image, NewImage

#: The attributes that Glance itself gives to an image. All others are its owner's properties.
_ATTRIBUTES = frozenset(
    {
        *("id", "name", "status", "size", "virtual_size", "min_disk", "min_ram"),
        *("disk_format", "container_format", "checksum", "os_hash_algo", "os_hash_value"),
        *("visibility", "protected", "os_hidden", "owner", "created_at", "updated_at", "tags"),
        *("file", "schema", "self", "direct_url", "locations", "stores"),
    }
)


def image_of(described: Mapping[str, Any]) -> Image:
    """Return the image that a document describes."""
    return Image(
        id=described["id"],
        name=described.get("name") or "",
        status=described.get("status") or "",
        size=described.get("size"),
        min_disk=described.get("min_disk") or 0,
        min_ram=described.get("min_ram") or 0,
        disk_format=described.get("disk_format") or "",
        checksum=described.get("checksum"),
        virtual_size=described.get("virtual_size"),
        properties={
            name: value
            for name, value in described.items()
            if name not in _ATTRIBUTES and isinstance(value, str)
        },
        owner=described.get("owner"),
        created_at=_moment(described.get("created_at")),
        updated_at=_moment(described.get("updated_at")),
    )


def document_of(new: NewImage) -> dict[str, Any]:
    """Return the document by which an image is made."""
    # Its own attributes come last: no property may take the place of one.
    return {
        **{name: value for name, value in new.properties.items() if name not in _ATTRIBUTES},
        "id": new.id,
        "name": new.name,
        "visibility": "private",
        "min_disk": new.min_disk,
        "min_ram": new.min_ram,
        "disk_format": new.disk_format,
        "container_format": new.container_format,
    }


def _moment(text: object) -> datetime | None:
    """Return a moment that Glance writes in UTC, as "2026-01-31T12:00:00Z"."""
    try:
        return datetime.fromisoformat(str(text).removesuffix("Z"))
    except ValueError:
        return None
