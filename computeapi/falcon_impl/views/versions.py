"""The documents that tell which versions there are (API reference, "Versions")."""

from typing import Any

from computeapi.api.links import VERSION_PATH, Links
from computeapi.api.versions import MAX, MIN

_VERSION = {
    "id": VERSION_PATH,
    "status": "CURRENT",
    "version": str(MAX),
    "min_version": str(MIN),
    "updated": "2013-07-23T11:33:21Z",
}
_DOCUMENTATION = {"rel": "describedby", "type": "text/html", "href": "http://docs.openstack.org/"}
_MEDIA_TYPES = [
    {
        "base": "application/json",
        "type": "application/vnd.openstack.compute+json;version=2.1",
    }
]


def summary(links: Links) -> dict[str, Any]:
    """Return what the list of versions shows of ours."""
    return {**_VERSION, "links": [{"rel": "self", "href": links.root}]}


def detail(links: Links) -> dict[str, Any]:
    """Return what the version's own document shows."""
    return {
        **_VERSION,
        "links": [{"rel": "self", "href": links.root}, _DOCUMENTATION],
        "media-types": _MEDIA_TYPES,
    }
