"""The documents that tell of the API's versions."""

from computeapi.api.links import Links
from computeapi.api.versions import DOCUMENTATION, MajorVersion
from computeapi.pecan_impl.types.links import Link
from computeapi.pecan_impl.types.writing import Output, shown


class MediaType(Output):
    """A type that the API speaks."""

    base = str
    type = str


class Version(Output):
    """A major version; the API reference calls the newest microversion ``version``."""

    id = str
    status = str
    version = str
    min_version = str
    updated = str
    links = [Link]
    media_types = shown([MediaType], name="media-types")

    @classmethod
    def brief(cls, version: MajorVersion, links: Links) -> "Version":
        """Return a version as an entry of the list of versions."""
        return cls(
            id=version.id,
            status=version.status,
            version=version.version,
            min_version=version.min_version,
            updated=version.updated,
            links=[Link(href=links.version(version.path), rel="self")],
        )

    @classmethod
    def whole(cls, version: MajorVersion, links: Links) -> "Version":
        """Return a version as its own document."""
        document = cls.brief(version, links)
        document.links.append(Link(href=DOCUMENTATION, rel="describedby", type="text/html"))
        document.media_types = [MediaType(base="application/json", type=version.media_type)]
        return document


class Versions(Output):
    """The list of versions."""

    versions = [Version]


class VersionDocument(Output):
    """A version."""

    version = Version
