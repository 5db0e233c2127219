"""Pecan and WSME by their manuals: show a server, and a page of servers in detail.

Nothing of either framework is replaced: object dispatch, a RestController with a custom action,
hooks, Pecan's own request, and WSME's own types, reading and writing. Over the same core, this is
what a team gets that follows the manuals. The documents are those of ``computeapi.pecan_impl``.
"""

from typing import Any

import pecan
from pecan.hooks import PecanHook
from pecan.rest import RestController
from wsme.types import ArrayType, Base, UserType, wsattr
from wsmeext.pecan import wsexpose

from computeapi import bootstrap, conf
from computeapi.api import context, versions
from computeapi.api.links import Links
from computeapi.api.servers import status as api_servers
from computeapi.domain.paging import PageRequest
from computeapi.domain.servers import ServerDetails, ServerFilters

_EXTENDED = "os_compute_api:os-extended-server-attributes"
_EXT = "OS-EXT-STS:"


class Moment(UserType):
    """A moment as the API shows it: in UTC, to the second."""

    basetype = str
    name = "moment"

    def tobasetype(self, value: Any) -> str:
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")


class ExactMoment(Moment):
    """A moment as the older extensions show it: to the microsecond."""

    def tobasetype(self, value: Any) -> str:
        return value.isoformat("T", "microseconds")


class Link(Base):
    href = str
    rel = str


class Reference(Base):
    id = str
    links = [Link]


class Address(Base):
    addr = str
    version = int
    type = wsattr(str, name="OS-EXT-IPS:type")
    mac = wsattr(str, name="OS-EXT-IPS-MAC:mac_addr")


class SecurityGroup(Base):
    name = str


class Server(Base):
    id = str
    name = str
    status = str
    tenant_id = str
    user_id = str
    metadata = {str: str}
    hostId = str
    image = Reference
    flavor = Reference
    created = Moment()
    updated = Moment()
    addresses = {str: ArrayType(Address)}
    accessIPv4 = str
    accessIPv6 = str
    links = [Link]
    progress = int
    locked = bool
    config_drive = str
    key_name = str
    security_groups = [SecurityGroup]
    disk_config = wsattr(str, name="OS-DCF:diskConfig")
    volumes_attached = wsattr([str], name="os-extended-volumes:volumes_attached")
    availability_zone = wsattr(str, name="OS-EXT-AZ:availability_zone")
    power_state = wsattr(int, name=f"{_EXT}power_state")
    task_state = wsattr(str, name=f"{_EXT}task_state")
    vm_state = wsattr(str, name=f"{_EXT}vm_state")
    launched_at = wsattr(ExactMoment(), name="OS-SRV-USG:launched_at")
    terminated_at = wsattr(ExactMoment(), name="OS-SRV-USG:terminated_at")

    @classmethod
    def of(cls, server: ServerDetails, links: Links) -> "Server":
        """Return the document of a server that boots from an image and is not in ERROR."""
        return cls(
            id=server.id, name=server.name, status=api_servers.status(server),
            tenant_id=server.project_id, user_id=server.user_id, metadata=dict(server.metadata),
            hostId=api_servers.host_id(server.project_id, server.host),
            image=_reference(links, "images", str(server.image_id)),
            flavor=_reference(links, "flavors", server.flavor_id), created=server.created_at,
            updated=server.updated_at or server.created_at,
            addresses={name: [_address(one) for one in found]
                       for name, found in server.addresses.items()},
            accessIPv4=server.access_ip_v4 or "", accessIPv6=server.access_ip_v6 or "",
            links=[Link(href=links.self_link("servers", server.id), rel="self"),
                   Link(href=links.bookmark("servers", server.id), rel="bookmark")],
            progress=server.progress, locked=False,
            config_drive="True" if server.config_drive else "", key_name=server.key_name,
            security_groups=[SecurityGroup(name=name) for name in server.security_groups],
            disk_config=server.disk_config, volumes_attached=[],
            availability_zone=server.availability_zone or "", power_state=server.power_state,
            task_state=server.task_state, vm_state=server.vm_state,
            launched_at=server.launched_at, terminated_at=server.terminated_at,
        )  # fmt: skip


def _reference(links: Links, collection: str, key: str) -> Reference:
    return Reference(id=key, links=[Link(href=links.bookmark(collection, key), rel="bookmark")])


def _address(one: Any) -> Address:
    return Address(addr=one["addr"], version=one["version"], type=one["type"], mac=one["mac"])


class ServerDocument(Base):
    server = Server


class ServersDocument(Base):
    servers = [Server]
    servers_links = [Link]


class ServersController(RestController):
    """``/servers``."""

    _custom_actions = {"detail": ["GET"]}

    @wsexpose(ServerDocument, str)
    def get_one(self, server_id: str) -> ServerDocument:
        """Show a server."""
        services, caller, links = _request()
        server = services.servers.listing.get(caller, server_id)
        target = {"project_id": server.project_id, "user_id": server.user_id}
        services.policy.allows(caller, _EXTENDED, target)
        return ServerDocument(server=Server.of(server, links))

    @wsexpose(ServersDocument, int, str)
    def detail(self, limit: int = 1000, marker: str | None = None) -> ServersDocument:
        """List servers in detail."""
        services, caller, links = _request()
        services.policy.allows(caller, _EXTENDED, None)
        filters = ServerFilters(project_id=caller.project_id)
        page = services.servers.listing.list_details(caller, filters, PageRequest(limit, marker))
        document = ServersDocument(servers=[Server.of(one, links) for one in page.items])
        if page.more:
            href = links.next_page("servers/detail", pecan.request.GET.items(), page.items[-1].id)
            document.servers_links = [Link(href=href, rel="next")]
        return document


def _request() -> tuple[bootstrap.CoreServices, Any, Links]:
    """Return the services, the caller and the maker of links of the request."""
    found = pecan.request.context
    return found["services"], found["caller"], Links(pecan.request.application_url)


class VersionController:
    """``/v2.1``."""

    servers = ServersController()


class RootController:
    """``/``."""

    def __init__(self) -> None:
        setattr(self, "v2.1", VersionController())


class ContextHook(PecanHook):
    """Negotiates the microversion, and gives the controllers the services and the caller."""

    def __init__(self, services: bootstrap.CoreServices) -> None:
        self._services = services

    def before(self, state: Any) -> None:
        """Run before a controller."""
        request = state.request
        caller = context.from_environ(request.environ, self._services.policy)
        version = versions.negotiate(request.environ)
        request.context.update(services=self._services, caller=caller, version=version)

    def after(self, state: Any) -> None:
        """Run when there is a response."""
        state.response.headers.update(versions.headers(state.request.context["version"]))


def app_factory(global_conf: dict[str, Any], **local_conf: Any) -> Any:
    """Make the application for paste.deploy."""
    services = bootstrap.services(conf.load([global_conf["config_file"]]))
    return pecan.make_app(RootController(), hooks=[ContextHook(services)], debug=False)
