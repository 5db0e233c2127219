"""The documents of lists of servers, and of a server (API reference, "Servers")."""

from collections.abc import Mapping
from typing import Any, Self

from wsme.types import ArrayType

from computeapi.api.links import Links
from computeapi.api.servers import changes
from computeapi.api.servers.status import ROOT_DEVICE
from computeapi.api.versions import Version
from computeapi.domain.block_devices import BlockDevice
from computeapi.domain.servers import ServerBasics, ServerDetails
from computeapi.domain.servers import ServerSummary as DomainSummary
from computeapi.pecan_impl.types.links import Link
from computeapi.pecan_impl.types.responses import EXACT_MOMENT, ResponseField, ResponseType
from computeapi.pecan_impl.types.servers.changing import ChangedServer, CommonServer, ServerAddress
from computeapi.pecan_impl.types.servers.view import (
    ServerSecurityGroup,
    ServerView,
    security_groups,
    server_links,
)
from computeapi.pecan_impl.types.values import ANYTHING

_EXT = "OS-EXT-SRV-ATTR:"


class ServerSummary(ResponseType):
    """An entry of the short list of servers."""

    id = str
    links = [Link]
    name = str

    @classmethod
    def of(cls, server: DomainSummary, links: Links) -> "ServerSummary":
        """Return an entry of the short list."""
        return cls(id=server.id, links=server_links(links, server.id), name=server.name)


class AttachedVolume(ResponseType):
    """A volume of a server, as the server shows it."""

    id = str
    delete_on_termination = ResponseField(bool, span=changes.VOLUMES_WITH_TERMINATION)

    @classmethod
    def of(cls, device: BlockDevice) -> "AttachedVolume":
        """Return a volume of a server."""
        return cls(id=device.volume_id, delete_on_termination=device.delete_on_termination)


class ExtendedAddress(ServerAddress):
    """An address of a server with its type and its MAC address."""

    type = ResponseField(str, name="OS-EXT-IPS:type")
    mac = ResponseField(str, name="OS-EXT-IPS-MAC:mac_addr")


class ListedServer(CommonServer):
    """A server in a list with details."""

    addresses = {str: ArrayType(ExtendedAddress)}
    config_drive = str
    key_name = ResponseField(str, nullable=True)
    security_groups = [ServerSecurityGroup]
    volumes_attached = ResponseField([AttachedVolume], name="os-extended-volumes:volumes_attached")
    availability_zone = ResponseField(str, name="OS-EXT-AZ:availability_zone")
    power_state = ResponseField(int, name="OS-EXT-STS:power_state")
    task_state = ResponseField(str, name="OS-EXT-STS:task_state", nullable=True)
    vm_state = ResponseField(str, name="OS-EXT-STS:vm_state")
    launched_at = ResponseField(EXACT_MOMENT, name="OS-SRV-USG:launched_at", nullable=True)
    terminated_at = ResponseField(EXACT_MOMENT, name="OS-SRV-USG:terminated_at", nullable=True)
    pinned_availability_zone = ResponseField(str, span=changes.PINNED_ZONE, nullable=True)
    scheduler_hints = ResponseField({str: ANYTHING}, span=changes.SCHEDULER_HINTS)
    host_status = ResponseField(str, span=changes.HOST_STATUS, optional=True)
    host = ResponseField(str, f"{_EXT}host", nullable=True, optional=True)
    hypervisor_hostname = ResponseField(
        str, f"{_EXT}hypervisor_hostname", nullable=True, optional=True
    )
    instance_name = ResponseField(str, f"{_EXT}instance_name", optional=True)
    hostname = ResponseField(str, f"{_EXT}hostname", changes.HOSTNAME_FOR_ALL)
    extended_hostname = ResponseField(
        str, f"{_EXT}hostname", changes.EXTENDED_HOSTNAME, optional=True
    )
    kernel_id = ResponseField(str, f"{_EXT}kernel_id", changes.EXTENDED_ATTRIBUTES, optional=True)
    launch_index = ResponseField(
        int, f"{_EXT}launch_index", changes.EXTENDED_ATTRIBUTES, optional=True
    )
    ramdisk_id = ResponseField(str, f"{_EXT}ramdisk_id", changes.EXTENDED_ATTRIBUTES, optional=True)
    reservation_id = ResponseField(
        str, f"{_EXT}reservation_id", changes.EXTENDED_ATTRIBUTES, optional=True
    )
    root_device_name = ResponseField(
        str, f"{_EXT}root_device_name", changes.EXTENDED_ATTRIBUTES, optional=True
    )
    user_data = ResponseField(
        str, f"{_EXT}user_data", changes.EXTENDED_ATTRIBUTES, nullable=True, optional=True
    )

    @classmethod
    def of(cls, server: ServerBasics, view: ServerView) -> Self:
        """Return a server."""
        document = super().of(server, view)
        document.add(
            config_drive="True" if server.config_drive else "",
            key_name=server.key_name,
            security_groups=security_groups(server),
            volumes_attached=[
                AttachedVolume.of(device) for device in view.volumes.get(server.id, ())
            ],
            availability_zone=server.availability_zone or "",
            power_state=server.power_state,
            task_state=server.task_state,
            vm_state=server.vm_state,
            launched_at=server.launched_at,
            terminated_at=server.terminated_at,
        )
        host_status = view.hosts.statuses.of(server) if view.hosts.statuses else None
        if host_status is not None:
            document.add(host_status=host_status)
        if view.extended and isinstance(server, ServerDetails):
            document._extend(server, view.hosts.nodes)
        return document

    def _add_later_ones(self, server: ServerDetails) -> None:
        super()._add_later_ones(server)
        self.add(
            hostname=server.hostname,
            pinned_availability_zone=server.pinned_zone,
            scheduler_hints=server.scheduler_hints,
        )

    def _extend(self, server: ServerDetails, nodes: Mapping[str, str]) -> None:
        self.add(
            host=server.host,
            hypervisor_hostname=nodes.get(server.host, server.host) if server.host else None,
            instance_name=server.instance_name,
            extended_hostname=server.hostname,
            kernel_id="",
            launch_index=server.launch_index,
            ramdisk_id="",
            reservation_id=server.reservation_id,
            root_device_name=ROOT_DEVICE,
            user_data=server.user_data,
        )

    @staticmethod
    def _address(address: Mapping[str, Any]) -> ExtendedAddress:
        return ExtendedAddress(
            addr=address["addr"],
            version=address["version"],
            type=address["type"],
            mac=address["mac"],
        )


class Server(ListedServer, ChangedServer):
    """A server that is shown by itself."""


class ServerDocument(ResponseType):
    """A server."""

    server = Server


class ChangedServerDocument(ResponseType):
    """A server that was changed."""

    server = ResponseField(ChangedServer, span=changes.CHANGED_IN_PART)
    whole_server = ResponseField(Server, "server", changes.CHANGED_WHOLE)

    @classmethod
    def of(cls, server: ServerDetails, view: ServerView, version: Version) -> Self:
        """Return a server that was changed."""
        if version in changes.CHANGED_WHOLE:
            return cls(whole_server=Server.shown(server, view))
        return cls(server=ChangedServer.shown(server, view))


class Servers(ResponseType):
    """A page of servers."""

    servers = [ListedServer]
    servers_links = ResponseField([Link], optional=True)


class ServerSummaries(ResponseType):
    """A page of the short list of servers."""

    servers = [ServerSummary]
    servers_links = ResponseField([Link], optional=True)
