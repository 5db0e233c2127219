"""The bodies of a request that creates servers (API reference, "Create Server")."""

from typing import Any

from wsme.types import StringType, Unset

from computeapi.api import values
from computeapi.api.links import Links
from computeapi.domain.servers import CreatedServers, NewServer
from computeapi.pecan_impl.types.links import Link
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.servers.changing import DISK_CONFIG
from computeapi.pecan_impl.types.servers.creation_devices import BlockDevice, LegacyBlockDevice
from computeapi.pecan_impl.types.servers.creation_hints import SchedulerHints
from computeapi.pecan_impl.types.servers.view import SecurityGroup as ShownSecurityGroup
from computeapi.pecan_impl.types.servers.view import security_groups, server_links
from computeapi.pecan_impl.types.values import (
    BOOLEAN,
    NAME,
    TEXT,
    UUID,
    Address,
    Metadata,
    Reference,
    Uuid,
    size,
)


class Network(RequestType):
    """A network to connect to."""

    fixed_ip = RequestField(Address())
    port = RequestField(UUID, nullable=True)
    uuid = RequestField(TEXT)


class File(RequestType):
    """A file to put into the server; contents are base64."""

    path = RequestField(TEXT, mandatory=True)
    contents = RequestField(TEXT, mandatory=True)


class SecurityGroup(RequestType):
    """A security group."""

    name = RequestField(NAME)


class ServerCreate(RequestType):
    """The server in a request to create servers."""

    name = RequestField(NAME, mandatory=True)
    image_ref = RequestField(Uuid(or_empty=True), name="imageRef", default=None)
    flavor_ref = RequestField(Reference(), name="flavorRef", mandatory=True)
    admin_password = RequestField(TEXT, name="adminPass", default=None)
    metadata = RequestField(Metadata())
    networks = RequestField([Network])
    disk_config = RequestField(DISK_CONFIG, name="OS-DCF:diskConfig", default="MANUAL")
    access_ip_v4 = RequestField(Address(4), name="accessIPv4", default=None)
    access_ip_v6 = RequestField(Address(6), name="accessIPv6", default=None)
    personality = RequestField([File], default=())
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
    security_groups = RequestField([SecurityGroup], default=())
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
            networks=None if self.networks is Unset else [n.given() for n in self.networks],
            block_devices=[d.given() for d in (*self.block_devices, *self.legacy_block_devices)],
            scheduler_hints=hints,
        )

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
        return self.server.new(self.hints or self.older_hints or {})


class CreatedServer(ResponseType):
    """A server that was accepted."""

    adminPass = str
    disk_config = ResponseField(str, name="OS-DCF:diskConfig")
    id = str
    links = [Link]
    security_groups = [ShownSecurityGroup]


class CreatedServersDocument(ResponseType):
    """The first server that was accepted, or the reservation that all of them share."""

    reservation_id = str
    server = CreatedServer

    @classmethod
    def of(cls, created: CreatedServers, links: Links) -> "CreatedServersDocument":
        """Return the first server that was accepted."""
        server = created.servers[0]
        return cls(
            server=CreatedServer(
                adminPass=created.admin_password,
                disk_config=server.disk_config,
                id=server.id,
                links=server_links(links, server.id),
                security_groups=security_groups(server),
            )
        )
