"""The caller's view of servers, and the attributes that several documents have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from computeapi.api.links import Links
from computeapi.domain.block_devices import BlockDevice
from computeapi.domain.servers import ServerBasics
from computeapi.pecan_impl.types.links import Link, resource_links
from computeapi.pecan_impl.types.responses import ResponseType
from computeapi.service.servers.listing import HostFacts


@dataclass(slots=True)
class ServerView:
    """The caller's view of servers.

    :ivar links: as the caller reaches this API.
    :ivar extended: whether the caller may see the extended attributes: where a server runs, and
        what it was started with.
    :ivar is_basic: whether the columns of :class:`ServerBasics` are all that is shown.
    :ivar is_admin: whether the details of faults are shown.
    :ivar embeds_flavor: whether servers show their flavor, and no reference to it.
    :ivar shows_extra_specs: whether that flavor shows its extra specs.
    :ivar hosts: the hosts of servers, as far as the caller may see them.
    :ivar volumes: the volumes of servers, by the ids of these.
    """

    links: Links
    extended: bool
    is_basic: bool
    is_admin: bool
    embeds_flavor: bool = False
    shows_extra_specs: bool = False
    hosts: HostFacts = field(default_factory=HostFacts)
    volumes: Mapping[str, Sequence[BlockDevice]] = field(default_factory=dict)


class ServerSecurityGroup(ResponseType):
    """A security group."""

    name = str


def server_links(links: Links, server_id: str) -> list[Link]:
    """Return the links of a server."""
    return resource_links(links, "servers", server_id)


def security_groups(server: ServerBasics) -> list[ServerSecurityGroup]:
    """Return the security groups of a server."""
    return [_security_group(name) for name in server.security_groups]


@lru_cache(maxsize=1024)  # the names of a cloud's groups are few
def _security_group(name: str) -> ServerSecurityGroup:
    return ServerSecurityGroup(name=name)
