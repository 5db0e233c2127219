"""The bodies of a change of a server (API reference, "Update Server")."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self

from wsme.types import ArrayType, StringType, Unset

from computeapi.api import values
from computeapi.api.servers import changes, status
from computeapi.domain.servers import Fault, ServerBasics, ServerDetails, ShownServer
from computeapi.pecan_impl.types.links import Link, Reference, reference
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import OrEmpty, ResponseField, ResponseType
from computeapi.pecan_impl.types.servers.view import ServerView, server_links
from computeapi.pecan_impl.types.values import NAME, Description, IpAddress, choice, matching

DISK_CONFIG = choice(values.DISK_CONFIGS)
DESCRIPTION = Description(values.MAX_LENGTH)


class Changes(RequestType):
    """The changes in a request to change or to rebuild a server, by the domain's names."""

    #: Those that have one attribute at all microversions.
    _plain: ClassVar[tuple[str, ...]] = (
        "name",
        "access_ip_v4",
        "access_ip_v6",
        "disk_config",
        "description",
    )

    name = RequestField(NAME)
    access_ip_v4 = RequestField(IpAddress(4), name="accessIPv4")
    access_ip_v6 = RequestField(IpAddress(6), name="accessIPv6")
    disk_config = RequestField(DISK_CONFIG, name="OS-DCF:diskConfig")
    description = RequestField(DESCRIPTION, span=changes.DESCRIPTION, nullable=True)
    hostname = RequestField(matching(values.HOSTNAME), span=changes.HOSTNAME)
    domain_name = RequestField(
        matching(values.DOMAIN_NAME), name="hostname", span=changes.DOMAIN_NAME
    )

    def changes(self) -> dict[str, Any]:
        """Return the fields that change."""
        given = {field: getattr(self, field) for field in self._plain}
        given["hostname"] = self.hostname or self.domain_name
        return {field: value for field, value in given.items() if value is not Unset}


class ServerUpdate(Changes):
    """The server in a request to change one."""

    _plain = (*Changes._plain, "pinned_zone")
    pinned_zone = RequestField(
        StringType(min_length=1, max_length=values.MAX_LENGTH),
        name="pinned_availability_zone",
        span=changes.PIN,
        nullable=True,
    )


class ServerUpdateDocument(RequestType):
    """The body of a request to change a server."""

    server = RequestField(ServerUpdate, mandatory=True)

    def changes(self) -> dict[str, Any]:
        """Return the fields that change."""
        given: dict[str, Any] = self.server.changes()
        return given


class ServerFault(ResponseType):
    """The fault of a server in ERROR."""

    code = int
    created = datetime
    details = ResponseField(str, optional=True)
    message = str

    @classmethod
    def of(cls, fault: Fault, view: ServerView) -> "ServerFault":
        """Return a fault."""
        return cls(
            code=fault.code,
            created=fault.created,
            details=status.fault_details(fault, view.is_admin) or Unset,
            message=fault.message,
        )


class ServerAddress(ResponseType):
    """An address of a server."""

    addr = str
    version = int


class ServerImage(ResponseType):
    """The image that a server was made of."""

    id = str
    links = [Link]
    properties = ResponseField({str: str}, span=changes.IMAGE_WITH_PROPERTIES)


class EmbeddedFlavor(ResponseType):
    """The flavor of a server, as it was when the server got it."""

    disk = int
    ephemeral = int
    extra_specs = ResponseField({str: str}, optional=True)
    original_name = str
    ram = int
    swap = int
    vcpus = int

    @classmethod
    def of(cls, server: ServerDetails, view: ServerView) -> "EmbeddedFlavor":
        """Return the flavor of a server."""
        return cls(
            disk=server.disk_gb,
            ephemeral=server.ephemeral_gb,
            extra_specs=server.extra_specs if view.shows_extra_specs else Unset,
            original_name=server.flavor_name,
            ram=server.memory_mb,
            swap=server.swap_mb,
            vcpus=server.vcpus,
        )


class CommonServer(ResponseType):
    """The attributes of every document of a whole server."""

    accessIPv4 = str
    accessIPv6 = str
    addresses = {str: ArrayType(ServerAddress)}
    created = datetime
    fault = ResponseField(ServerFault, optional=True)
    flavor = ResponseField(Reference, span=changes.FLAVOR_LINKED)
    embedded_flavor = ResponseField(EmbeddedFlavor, "flavor", changes.FLAVOR_EMBEDDED)
    hostId = str
    id = str
    image = OrEmpty(ServerImage)
    links = [Link]
    locked = ResponseField(bool, span=changes.LOCKED)
    locked_reason = ResponseField(str, span=changes.LOCK_REASON, nullable=True)
    description = ResponseField(str, span=changes.DESCRIPTION, nullable=True)
    tags = ResponseField([str], span=changes.TAGS)
    trusted_image_certificates = ResponseField([str], span=changes.CERTIFICATES, nullable=True)
    metadata = {str: str}
    name = str
    progress = ResponseField(int, optional=True)
    status = str
    tenant_id = str
    updated = datetime
    user_id = str
    disk_config = ResponseField(str, name="OS-DCF:diskConfig")

    @classmethod
    def of(cls, server: ServerBasics, view: ServerView) -> Self:
        """Return a server."""
        word = status.status(server)
        document = cls(
            accessIPv4=server.access_ip_v4 or "",
            accessIPv6=server.access_ip_v6 or "",
            addresses=cls._addresses(server),
            created=server.created_at,
            hostId=status.host_id(server.project_id, server.host),
            id=server.id,
            image=_image(server, view),
            links=server_links(view.links, server.id),
            locked=server.locked,
            metadata=server.metadata,
            name=server.name,
            status=word,
            tenant_id=server.project_id,
            updated=server.updated_at or server.created_at,
            user_id=server.user_id,
            disk_config=server.disk_config,
        )
        if word in status.WITH_PROGRESS:
            document.progress = server.progress
        document._add_some(server, view)
        return document

    def _add_some(self, server: ServerBasics, view: ServerView) -> None:
        """Add the attributes that are not always there.

        PERF: one that is Unset would cost a copy of all attributes, and one that is hidden costs
        as much as one that is shown.
        """
        if fault := status.shown_fault(server):
            self.fault = ServerFault.of(fault, view)
        if view.embeds_flavor and isinstance(server, ServerDetails):
            self.embedded_flavor = EmbeddedFlavor.of(server, view)
        else:
            self.flavor = reference(view.links, "flavors", server.flavor_id)
        if isinstance(server, ServerDetails) and not view.is_basic:
            self._add_later_ones(server)

    def _add_later_ones(self, server: ServerDetails) -> None:
        """Add the attributes that later microversions brought."""
        self.add(
            locked_reason=server.locked_reason,
            description=server.description,
            tags=server.tags,
            trusted_image_certificates=server.trusted_certificates,
        )

    @classmethod
    def _addresses(cls, server: ServerBasics) -> dict[str, list[ServerAddress]]:
        """Return the addresses that a server shows, by network."""
        if not status.shows_addresses(server):
            return {}
        return {
            network: [cls._address(address) for address in addresses]
            for network, addresses in server.addresses.items()
        }

    @staticmethod
    def _address(address: Mapping[str, Any]) -> ServerAddress:
        return ServerAddress(addr=address["addr"], version=address["version"])


class ChangedServer(CommonServer):
    """A server in the response to a change: without the fields that extensions added."""

    server_groups = ResponseField([str], span=changes.SERVER_GROUPS)

    @classmethod
    def shown(cls, server: ShownServer, view: ServerView) -> Self:
        """Return a server that is shown by itself: lists leave its server group out."""
        document = cls.of(server, view)
        document.server_groups = [server.server_group_id] if server.server_group_id else []
        return document


def _image(server: ServerBasics, view: ServerView) -> ServerImage | Reference | str:
    if not server.image_id:
        return ""
    mention = reference(view.links, "images", server.image_id)
    if view.is_basic or not isinstance(server, ServerDetails):
        return mention  # an image without properties
    return ServerImage(
        id=mention.id, links=mention.links, properties=status.image_properties(server)
    )
