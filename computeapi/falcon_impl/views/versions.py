"""The documents that tell which versions there are (API reference, "Versions")."""

from typing import Any

from computeapi.api.links import Links
from computeapi.api.versions import DOCUMENTATION, MajorVersion


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
