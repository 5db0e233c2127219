"""The bodies of requests to create servers and to change one."""

from typing import Any

from wsme.types import StringType, Unset

from computeapi.api import values
from computeapi.domain.servers import NewServer
from computeapi.pecan_impl.types.reading import Input, asked
from computeapi.pecan_impl.types.scheduler_hints import SchedulerHints
from computeapi.pecan_impl.types.values import (
    ANYTHING,
    BOOLEAN,
    NAME,
    TEXT,
    UUID,
    Address,
    Integer,
    Metadata,
    Reference,
    Uuid,
    choice,
    matching,
    size,
)

_DISK_CONFIG = choice(values.DISK_CONFIGS)
_TEXT_255 = StringType(max_length=values.MAX_LENGTH)


class Network(Input):
    """A network to connect to."""

    fixed_ip = asked(Address())
    port = asked(UUID, nullable=True)
    uuid = asked(TEXT)


class File(Input):
    """A file to put into the server; contents are base64."""

    path = asked(TEXT, mandatory=True)
    contents = asked(TEXT, mandatory=True)


class SecurityGroup(Input):
    """A security group."""

    name = asked(NAME)


class LegacyBlockDevice(Input):
    """An entry of ``block_device_mapping``."""

    virtual_name = asked(_TEXT_255)
    volume_id = asked(UUID)
    snapshot_id = asked(UUID)
    volume_size = asked(size(1))
    device_name = asked(matching(values.DEVICE_NAME))
    delete_on_termination = asked(BOOLEAN)
    no_device = asked(ANYTHING, nullable=True)
    connection_info = asked(StringType(max_length=values.MAX_CONNECTION_INFO))


class BlockDevice(LegacyBlockDevice):
    """An entry of ``block_device_mapping_v2``."""

    source_type = asked(choice(values.SOURCE_TYPES))
    uuid = asked(matching(values.DEVICE_UUID))
    image_id = asked(UUID)
    destination_type = asked(choice(values.DESTINATION_TYPES))
    guest_format = asked(_TEXT_255)
    device_type = asked(_TEXT_255)
    disk_bus = asked(_TEXT_255)
    boot_index = asked(Integer(values.INT32_MIN, values.INT32_MAX), nullable=True)


class ServerCreate(Input):
    """The server in a request to create servers."""

    name = asked(NAME, mandatory=True)
    image_ref = asked(Uuid(or_empty=True), name="imageRef", default=None)
    flavor_ref = asked(Reference(), name="flavorRef", mandatory=True)
    admin_password = asked(TEXT, name="adminPass", default=None)
    metadata = asked(Metadata())
    networks = asked([Network])
    disk_config = asked(_DISK_CONFIG, name="OS-DCF:diskConfig", default="MANUAL")
    access_ip_v4 = asked(Address(4), name="accessIPv4", default=None)
    access_ip_v6 = asked(Address(6), name="accessIPv6", default=None)
    personality = asked([File], default=())
    availability_zone = asked(NAME, default=None)
    legacy_block_devices = asked([LegacyBlockDevice], name="block_device_mapping", default=())
    block_devices = asked([BlockDevice], name="block_device_mapping_v2", default=())
    config_drive = asked(BOOLEAN, default=False)
    key_name = asked(NAME, default=None)
    min_count = asked(size(1), default=1)
    max_count = asked(size(1), default=None)
    return_reservation_id = asked(BOOLEAN, default=False)
    security_groups = asked([SecurityGroup], default=())
    user_data = asked(StringType(max_length=values.MAX_USER_DATA), default=None)

    def new(self, hints: dict[str, Any]) -> NewServer:
        """Return what is asked for.

        :param hints: for the scheduler; they come beside the server.
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
            personality=[file.came() for file in self.personality],
            networks=None if self.networks is Unset else [n.came() for n in self.networks],
            block_devices=[d.came() for d in (*self.block_devices, *self.legacy_block_devices)],
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


class ServerCreateDocument(Input):
    """The body of a request to create servers."""

    server = asked(ServerCreate, mandatory=True)
    hints = asked(SchedulerHints(), name="os:scheduler_hints")
    older_hints = asked(SchedulerHints(), name="OS-SCH-HNT:scheduler_hints")

    def new(self) -> NewServer:
        """Return what is asked for."""
        return self.server.new(self.hints or self.older_hints or {})


class ServerUpdate(Input):
    """The changes in a request to change a server, by the domain's names."""

    name = asked(NAME)
    access_ip_v4 = asked(Address(4), name="accessIPv4")
    access_ip_v6 = asked(Address(6), name="accessIPv6")
    disk_config = asked(_DISK_CONFIG, name="OS-DCF:diskConfig")


class ServerUpdateDocument(Input):
    """The body of a request to change a server."""

    server = asked(ServerUpdate, mandatory=True)

    def changes(self) -> dict[str, object]:
        """Return the fields that change."""
        fields = ("name", "access_ip_v4", "access_ip_v6", "disk_config")
        values = {field: getattr(self.server, field) for field in fields}
        return {field: value for field, value in values.items() if value is not Unset}
