"""The caller's view of servers, and the fields that several documents have."""

from collections.abc import Mapping, Sequence
from typing import Any

from computeapi.api.links import Links
from computeapi.api.servers import changes
from computeapi.api.versions import Version
from computeapi.domain.block_devices import BlockDevice
from computeapi.domain.servers import ServerBasics
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views import links as link_views
from computeapi.falcon_impl.views.fields import Document
from computeapi.falcon_impl.views.schemas import TEXT, entity
from computeapi.service.servers.listing import HostFacts

_NO_HOSTS = HostFacts()


class ServerView:
    """The caller's view of servers.

    :ivar links: as the caller reaches this API.
    :ivar version: the microversion of the request.
    :ivar is_admin: whether the caller is an administrator.
    :ivar extended: whether the caller may see the extended attributes: where a server runs, and
        what it was started with.
    :ivar shows_extra_specs: whether the flavors of servers show their extra specs.
    :ivar hosts: the hosts of servers, as far as the caller may see them.
    :ivar volumes: the volumes of servers, by the ids of these.
    :ivar flavors: the mentions of flavors, each its id and a link, by the ids; and ``images``.
    :ivar self_link: the beginning of the links to servers; and ``bookmark``.
    """

    __slots__ = (
        "bookmark",
        "extended",
        "flavors",
        "hosts",
        "images",
        "is_admin",
        "links",
        "self_link",
        "shows_extra_specs",
        "version",
        "volumes",
    )

    def __init__(self, links: Links, version: Version, is_admin: bool = False) -> None:
        self.links = links
        self.version = version
        self.is_admin = is_admin
        self.extended = self.shows_extra_specs = False
        self.hosts = _NO_HOSTS
        self.volumes: Mapping[str, Sequence[BlockDevice]] = {}
        self.flavors, self.images = _Mentions(links, "flavors"), _Mentions(links, "images")
        self.self_link, self.bookmark = (
            links.self_link("servers", ""),
            links.bookmark("servers", ""),
        )

    @classmethod
    def of(cls, req: Request) -> "ServerView":
        """Return the view of a caller without further rights."""
        return cls(req.links, req.version, req.context.is_admin)

    @property
    def is_basic(self) -> bool:
        """Whether the columns of :class:`ServerBasics` are all that is shown."""
        return self.version in changes.BASICS and not self.extended


class _Mentions(dict[str, Document]):
    """Mentions of the resources of a collection, by id: those of a page are few.

    :param collection: the name of the collection.
    """

    __slots__ = ("_collection", "_links")

    def __init__(self, links: Links, collection: str) -> None:
        super().__init__()
        self._links = links
        self._collection = collection

    def __missing__(self, resource_id: str) -> Document:
        bookmark = link_views.bookmark(self._links, self._collection, resource_id)
        mention = self[resource_id] = {"id": resource_id, "links": bookmark}
        return mention


def links(server: Any, view: ServerView) -> list[link_views.Link]:
    """Return the links of a server."""
    return [
        {"rel": "self", "href": view.self_link + server.id},
        {"rel": "bookmark", "href": view.bookmark + server.id},
    ]


#: The security groups of a server, by name.
SECURITY_GROUPS = array(entity({"name": TEXT}))


def security_groups(server: ServerBasics, view: ServerView) -> list[Document]:
    """Return the security groups of a server."""
    return [{"name": group} for group in server.security_groups]
