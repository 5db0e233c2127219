"""The bodies of a request that creates servers (API reference, "Create Server")."""

from typing import Any

from wsme.types import ArrayType, StringType, Unset

from computeapi.api import values
from computeapi.api.links import Links
from computeapi.api.openapi.schemas import Schema
from computeapi.api.servers import changes
from computeapi.api.servers.tags import TAG
from computeapi.domain.servers import CreatedServers, NewServer
from computeapi.pecan_impl.types.key_values import Metadata
from computeapi.pecan_impl.types.links import Link
from computeapi.pecan_impl.types.requests import RequestField, RequestType, converted
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.schemas import schema_of
from computeapi.pecan_impl.types.servers.changing import DESCRIPTION, DISK_CONFIG
from computeapi.pecan_impl.types.servers.creation_devices import BlockDevice, LegacyBlockDevice
from computeapi.pecan_impl.types.servers.creation_hints import SchedulerHints
from computeapi.pecan_impl.types.servers.tags import TagList
from computeapi.pecan_impl.types.servers.view import (
    ServerSecurityGroup,
    security_groups,
    server_links,
)
from computeapi.pecan_impl.types.values import (
    BOOLEAN,
    NAME,
    TEXT,
    UUID,
    Anything,
    FlavorRef,
    IpAddress,
    Uuid,
    matching,
    size,
)

#: The most certificates that a request may name.
MAX_CERTIFICATES = 50


class RequestedNetwork(RequestType):
    """A network to connect to."""

    fixed_ip = RequestField(IpAddress())
    port = RequestField(UUID, nullable=True)
    uuid = RequestField(TEXT)
    tag_at_first = RequestField(matching(TAG), name="tag", span=changes.NETWORK_TAGS_AT_FIRST)
    tag = RequestField(matching(TAG), span=changes.DEVICE_TAGS)


class File(RequestType):
    """A file to put into the server; contents are base64."""

    path = RequestField(TEXT, mandatory=True)
    contents = RequestField(TEXT, mandatory=True)


class RequestedSecurityGroup(RequestType):
    """A security group."""

    name = RequestField(NAME)


class NetworksOrWord(Anything):
    """A list of networks, or the word "auto" or "none"."""

    name = "networks"

    def frombasetype(self, value: Any) -> Any:
        """Convert a JSON value.

        :raises ValueError: when it is another word, or no list.
        """
        if isinstance(value, list):
            return converted(ArrayType(RequestedNetwork), value)
        if value not in ("auto", "none"):
            raise ValueError("Value should be a list of networks, or 'auto' or 'none'")
        return value

    def validate(self, value: Any) -> Any:
        """Return the value: it is checked when it is read."""
        return value

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {
            "anyOf": [
                {"type": "array", "items": schema_of(RequestedNetwork)},
                {"type": "string", "enum": ["none", "auto"]},
            ]
        }


class Certificates(Anything):
    """1 to 50 ids of certificates, each once."""

    name = "certificates"

    def validate(self, value: Any) -> Any:
        """Check a value.

        :raises ValueError: when it is no such list.
        """
        is_list = isinstance(value, list) and all(isinstance(one, str) and one for one in value)
        if not is_list or not 1 <= len(value) <= MAX_CERTIFICATES or len(set(value)) < len(value):
            raise ValueError(f"Value should be 1 to {MAX_CERTIFICATES} different ids")
        return value

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_CERTIFICATES,
            "uniqueItems": True,
            "items": {"type": "string", "minLength": 1},
        }


class ServerCreate(RequestType):
    """The server in a request to create servers."""

    name = RequestField(NAME, mandatory=True)
    image_ref = RequestField(Uuid(or_empty=True), name="imageRef", default=None)
    flavor_ref = RequestField(FlavorRef(), name="flavorRef", mandatory=True)
    admin_password = RequestField(TEXT, name="adminPass", default=None)
    metadata = RequestField(Metadata())
    optional_networks = RequestField(
        [RequestedNetwork], name="networks", span=changes.NETWORKS_OPTIONAL, default=None
    )
    networks = RequestField(
        NetworksOrWord(), span=changes.NETWORKS_REQUIRED, mandatory=True, default=None
    )
    disk_config = RequestField(DISK_CONFIG, name="OS-DCF:diskConfig", default="MANUAL")
    access_ip_v4 = RequestField(IpAddress(4), name="accessIPv4", default=None)
    access_ip_v6 = RequestField(IpAddress(6), name="accessIPv6", default=None)
    personality = RequestField([File], span=changes.PERSONALITY, default=())
    description = RequestField(DESCRIPTION, span=changes.DESCRIPTION, nullable=True, default=None)
    tags = RequestField(TagList(), span=changes.TAGS_AT_CREATION, default=())
    trusted_certificates = RequestField(
        Certificates(),
        name="trusted_image_certificates",
        span=changes.CERTIFICATES,
        nullable=True,
        default=None,
    )
    host = RequestField(matching(values.HOST), span=changes.REQUESTED_HOST, default=None)
    hypervisor_hostname = RequestField(
        matching(values.HOST), span=changes.REQUESTED_HOST, default=None
    )
    hostname = RequestField(matching(values.HOSTNAME), span=changes.HOSTNAME, default=None)
    domain_name = RequestField(
        matching(values.DOMAIN_NAME), name="hostname", span=changes.DOMAIN_NAME, default=None
    )
    availability_zone = RequestField(NAME, default=None)
    legacy_block_devices = RequestField(
        [LegacyBlockDevice], name="block_device_mapping", default=()
    )
    block_devices = RequestField([BlockDevice], name="block_device_mapping_v2", default=())
    config_drive = RequestField(BOOLEAN, default=False)
    key_name = RequestField(NAME, default=None)
    min_count = RequestField(size(1), default=1)
    max_count = RequestField(size(1), default=None)
    return_reservation_id = RequestField(BOOLEAN, default=False)
    security_groups = RequestField([RequestedSecurityGroup], default=())
    user_data = RequestField(StringType(max_length=values.MAX_USER_DATA), default=None)

    def new(self, hints: dict[str, Any]) -> NewServer:
        """Return the new servers for the service.

        :param hints: for the scheduler; they stand beside the server.
        """
        return NewServer(
            name=self.name,
            flavor_ref=self.flavor_ref,
            image_ref=self.image_ref or None,
            key_name=self.key_name,
            metadata=self.metadata or {},
            user_data=self.user_data,
            config_drive=self.config_drive,
            admin_password=self.admin_password,
            availability_zone=self.availability_zone,
            min_count=self.min_count,
            max_count=self.max_count,
            return_reservation_id=self.return_reservation_id,
            access_ip_v4=self.access_ip_v4,
            access_ip_v6=self.access_ip_v6,
            disk_config=self.disk_config,
            security_groups=self._groups(),
            personality=[file.given() for file in self.personality],
            networks=self._networks(),
            description=self.description,
            tags=list(self.tags),
            trusted_certificates=self.trusted_certificates,
            host=self.host,
            hypervisor_hostname=self.hypervisor_hostname,
            hostname=self.hostname or self.domain_name,
            block_devices=[d.given() for d in (*self.block_devices, *self.legacy_block_devices)],
            has_legacy_devices=bool(self.legacy_block_devices),
            scheduler_hints=hints,
        )

    def _networks(self) -> list[dict[str, Any]] | str | None:
        networks = self.networks if self.networks is not None else self.optional_networks
        if networks is None or isinstance(networks, str):
            return networks
        return [network.given() for network in networks]

    def _groups(self) -> list[str]:
        names = [group.name for group in self.security_groups if group.name]
        return list(dict.fromkeys(names)) or ["default"]

    @staticmethod
    def validate(value: "ServerCreate") -> "ServerCreate":
        """Check that block devices come in one syntax only."""
        if value.block_devices and value.legacy_block_devices:
            raise ValueError("block_device_mapping and block_device_mapping_v2 exclude each other")
        return value


class ServerCreateDocument(RequestType):
    """The body of a request to create servers."""

    server = RequestField(ServerCreate, mandatory=True)
    hints = RequestField(SchedulerHints(), name="os:scheduler_hints")
    older_hints = RequestField(SchedulerHints(), name="OS-SCH-HNT:scheduler_hints")

    def new(self) -> NewServer:
        """Return the new servers for the service."""
        hints = self.older_hints if self.hints is Unset else self.hints
        return self.server.new(hints or {})


class CreatedServer(ResponseType):
    """A server that was accepted."""

    adminPass = ResponseField(str, optional=True)
    disk_config = ResponseField(str, name="OS-DCF:diskConfig")
    id = str
    links = [Link]
    security_groups = [ServerSecurityGroup]


class CreatedServersDocument(ResponseType):
    """The first server that was accepted, or the reservation that all of them share."""

    reservation_id = ResponseField(str, optional=True)
    server = ResponseField(CreatedServer, optional=True)

    @classmethod
    def of(cls, created: CreatedServers, links: Links) -> "CreatedServersDocument":
        """Return the first server that was accepted."""
        server = created.servers[0]
        return cls(
            server=CreatedServer(
                adminPass=created.admin_password or Unset,
                disk_config=server.disk_config,
                id=server.id,
                links=server_links(links, server.id),
                security_groups=security_groups(server),
            )
        )
