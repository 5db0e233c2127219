"""The documents that tell which versions there are (API reference, "Versions")."""

from typing import Any

from computeapi.api.links import Links
from computeapi.api.versions import DOCUMENTATION, MajorVersion
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.schemas import LINKS, MOMENT, TEXT, entity

_SUMMARY = {
    "id": TEXT,
    "status": TEXT,
    "version": TEXT,
    "min_version": TEXT,
    "updated": MOMENT,
    "links": LINKS,
}
VERSIONS = entity({"versions": array(entity(_SUMMARY))})
_MEDIA_TYPES = array(entity({"base": TEXT, "type": TEXT}))
VERSION = entity({"version": entity({**_SUMMARY, "media-types": _MEDIA_TYPES})})


def summary(version: MajorVersion, links: Links) -> dict[str, Any]:
    """Return the entry of a version in the list of versions."""
    return {
        "id": version.id,
        "status": version.status,
        "version": version.version,
        "min_version": version.min_version,
        "updated": version.updated,
        "links": [{"rel": "self", "href": links.version(version.path)}],
    }


def detail(version: MajorVersion, links: Links) -> dict[str, Any]:
    """Return the document of a version."""
    document = summary(version, links)
    document["links"].append({"rel": "describedby", "type": "text/html", "href": DOCUMENTATION})
    document["media-types"] = [{"base": "application/json", "type": version.media_type}]
    return document
