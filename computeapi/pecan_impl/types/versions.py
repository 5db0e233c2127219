"""The documents that tell of the API's versions."""

from computeapi.api import versions
from computeapi.api.links import VERSION_PATH, Links
from computeapi.pecan_impl.types.links import Link
from computeapi.pecan_impl.types.writing import Output, shown

_UPDATED = "2013-07-23T11:33:21Z"
_DOCUMENTATION = "http://docs.openstack.org/"
_MEDIA_TYPE = "application/vnd.openstack.compute+json;version=2.1"


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
    def brief(cls, links: Links) -> "Version":
        """Return v2.1 as an entry of the list of versions."""
        return cls(
            id=VERSION_PATH,
            status="CURRENT",
            version=str(versions.MAX),
            min_version=str(versions.MIN),
            updated=_UPDATED,
            links=[Link(href=links.root, rel="self")],
        )

    @classmethod
    def whole(cls, links: Links) -> "Version":
        """Return v2.1 as its own document."""
        version = cls.brief(links)
        version.links.append(Link(href=_DOCUMENTATION, rel="describedby", type="text/html"))
        version.media_types = [MediaType(base="application/json", type=_MEDIA_TYPE)]
        return version


class Versions(Output):
    """The list of versions."""

    versions = [Version]


class VersionDocument(Output):
    """A version."""

    version = Version
