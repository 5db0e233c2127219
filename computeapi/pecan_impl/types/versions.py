"""The documents of the API's versions."""

from datetime import datetime
from typing import Self

from computeapi.api.links import Links
from computeapi.api.versions import DOCUMENTATION, MajorVersion
from computeapi.pecan_impl.types.links import Link
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType


class MediaType(ResponseType):
    """A media type of the API."""

    base = str
    type = str


class VersionSummary(ResponseType):
    """A major version; the API reference calls the newest microversion ``version``."""

    id = str
    status = str
    version = str
    min_version = str
    updated = datetime
    links = [Link]

    @classmethod
    def brief(cls, version: MajorVersion, links: Links) -> Self:
        """Return a version as an entry of the list of versions."""
        return cls(
            id=version.id,
            status=version.status,
            version=version.version,
            min_version=version.min_version,
            updated=version.updated,
            links=[Link(href=links.version(version.path), rel="self")],
        )


class Version(VersionSummary):
    """A major version as its own document."""

    media_types = ResponseField([MediaType], name="media-types")

    @classmethod
    def whole(cls, version: MajorVersion, links: Links) -> "Version":
        """Return a version as its own document."""
        document = cls.brief(version, links)
        document.links.append(Link(href=DOCUMENTATION, rel="describedby", type="text/html"))
        document.media_types = [MediaType(base="application/json", type=version.media_type)]
        return document


class Versions(ResponseType):
    """The list of versions."""

    versions = [VersionSummary]


class VersionDocument(ResponseType):
    """A version."""

    version = Version
