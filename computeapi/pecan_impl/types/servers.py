"""Servers, as callers get them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from wsme.types import ArrayType, Unset

from computeapi.api.links import Links
from computeapi.api.servers import status as api_servers
from computeapi.domain.servers import CreatedServers, ServerSummary
from computeapi.domain.servers import Fault as DomainFault
from computeapi.domain.servers import Server as DomainServer
from computeapi.pecan_impl.types import links
from computeapi.pecan_impl.types.links import Link, Reference
from computeapi.pecan_impl.types.writing import EXACT_MOMENT, OrEmpty, Output, shown

_COLLECTION = "servers"
_EXT = "OS-EXT-SRV-ATTR:"


@dataclass(frozen=True, slots=True)
class View:
    """For whom a server is shown.

    :ivar links: as the caller reaches us.
    :ivar extended: where a server runs, and what it was started with.
    :ivar is_admin: whether the details of faults are shown.
    """

    links: Links
    extended: bool
    is_admin: bool


class Fault(Output):
    """Why a server is in ERROR."""

    code = int
    created = datetime
    details = str
    message = str

    @classmethod
    def of(cls, fault: DomainFault, view: View) -> "Fault":
        """Return a fault."""
        return cls(
            code=fault.code,
            created=fault.created,
            details=api_servers.fault_details(fault, view.is_admin) or Unset,
            message=fault.message,
        )


class Address(Output):
    """An address of a server."""

    addr = str
    version = int
    type = shown(str, name="OS-EXT-IPS:type")
    mac = shown(str, name="OS-EXT-IPS-MAC:mac_addr")


class SecurityGroup(Output):
    """A security group."""

    name = str


class ServerBrief(Output):
    """An entry of the short list of servers."""

    id = str
    links = [Link]
    name = str

    @classmethod
    def brief(cls, server: ServerSummary, maker: Links) -> Self:
        """Return an entry of the short list."""
        return cls(id=server.id, links=links.of(maker, _COLLECTION, server.id), name=server.name)


class ServerUpdated(ServerBrief):
    """A server as a change of it is answered: without what the extensions added."""

    accessIPv4 = str
    accessIPv6 = str
    addresses = {str: ArrayType(Address)}
    created = datetime
    fault = Fault
    flavor = Reference
    hostId = str
    image = OrEmpty(Reference)
    locked = shown(bool, since="server.locked")
    metadata = {str: str}
    progress = int
    status = str
    tenant_id = str
    updated = datetime
    user_id = str
    disk_config = shown(str, name="OS-DCF:diskConfig")

    @classmethod
    def of(cls, server: DomainServer, view: View) -> Self:
        """Return a server."""
        status = api_servers.status(server)
        fault = api_servers.shown_fault(server)
        return cls(
            accessIPv4=server.access_ip_v4 or "",
            accessIPv6=server.access_ip_v6 or "",
            addresses=cls._addresses(server),
            created=server.created_at,
            fault=Fault.of(fault, view) if fault else Unset,
            flavor=links.reference(view.links, "flavors", server.flavor_id),
            hostId=api_servers.host_id(server.project_id, server.host),
            id=server.id,
            image=_image(server, view),
            links=links.of(view.links, _COLLECTION, server.id),
            locked=False,
            metadata=server.metadata,
            name=server.name,
            progress=server.progress if status in api_servers.WITH_PROGRESS else Unset,
            status=status,
            tenant_id=server.project_id,
            updated=server.updated_at or server.created_at,
            user_id=server.user_id,
            disk_config=server.disk_config,
        )

    @classmethod
    def _addresses(cls, server: DomainServer) -> dict[str, list[Address]]:
        """Return the addresses that a server shows, by network."""
        if not api_servers.shows_addresses(server):
            return {}
        return {name: [cls._address(a) for a in found] for name, found in server.addresses.items()}

    @staticmethod
    def _address(address: Mapping[str, Any]) -> Address:
        return Address(addr=address["addr"], version=address["version"])


class Server(ServerUpdated):
    """A server."""

    config_drive = str
    key_name = str
    security_groups = [SecurityGroup]
    volumes_attached = shown([str], name="os-extended-volumes:volumes_attached")
    availability_zone = shown(str, name="OS-EXT-AZ:availability_zone")
    power_state = shown(int, name="OS-EXT-STS:power_state")
    task_state = shown(str, name="OS-EXT-STS:task_state")
    vm_state = shown(str, name="OS-EXT-STS:vm_state")
    launched_at = shown(EXACT_MOMENT, name="OS-SRV-USG:launched_at")
    terminated_at = shown(EXACT_MOMENT, name="OS-SRV-USG:terminated_at")
    host = shown(str, name=f"{_EXT}host")
    hypervisor_hostname = shown(str, name=f"{_EXT}hypervisor_hostname")
    instance_name = shown(str, name=f"{_EXT}instance_name")
    hostname = shown(str, f"{_EXT}hostname", since=f"server.{_EXT}hostname")
    kernel_id = shown(str, f"{_EXT}kernel_id", since=f"server.{_EXT}kernel_id")
    launch_index = shown(int, f"{_EXT}launch_index", since=f"server.{_EXT}launch_index")
    ramdisk_id = shown(str, f"{_EXT}ramdisk_id", since=f"server.{_EXT}ramdisk_id")
    reservation_id = shown(str, f"{_EXT}reservation_id", since=f"server.{_EXT}reservation_id")
    root_device_name = shown(str, f"{_EXT}root_device_name", since=f"server.{_EXT}root_device_name")
    user_data = shown(str, f"{_EXT}user_data", since=f"server.{_EXT}user_data")

    @classmethod
    def of(cls, server: DomainServer, view: View) -> Self:
        """Return a server."""
        document = super().of(server, view)
        document.add(
            config_drive="True" if server.config_drive else "",
            key_name=server.key_name,
            security_groups=_groups(server),
            volumes_attached=[],
            availability_zone=server.availability_zone or "",
            power_state=server.power_state,
            task_state=server.task_state,
            vm_state=server.vm_state,
            launched_at=server.launched_at,
            terminated_at=server.terminated_at,
        )
        if view.extended:
            document._extend(server)
        return document

    def _extend(self, server: DomainServer) -> None:
        self.add(
            host=server.host,
            hypervisor_hostname=server.host,
            instance_name=server.instance_name,
            hostname=server.hostname,
            kernel_id="",
            launch_index=server.launch_index,
            ramdisk_id="",
            reservation_id=server.reservation_id,
            root_device_name=api_servers.ROOT_DEVICE,
            user_data=server.user_data,
        )

    @staticmethod
    def _address(address: Mapping[str, Any]) -> Address:
        return Address(
            addr=address["addr"],
            version=address["version"],
            type=address["type"],
            mac=address["mac"],
        )


def _image(server: DomainServer, view: View) -> Reference | str:
    return links.reference(view.links, "images", server.image_id) if server.image_id else ""


def _groups(server: DomainServer) -> list[SecurityGroup]:
    return [SecurityGroup(name=name) for name in server.security_groups]


class ServerDocument(Output):
    """A server."""

    server = Server


class ServerUpdatedDocument(Output):
    """A server that was changed."""

    server = ServerUpdated


class Servers(Output):
    """A page of servers."""

    servers = [Server]
    servers_links = [Link]


class ServersBrief(Output):
    """A page of the short list of servers."""

    servers = [ServerBrief]
    servers_links = [Link]


class ServerCreated(Output):
    """A server that was accepted."""

    adminPass = str
    disk_config = shown(str, name="OS-DCF:diskConfig")
    id = str
    links = [Link]
    security_groups = [SecurityGroup]


class ServerCreatedDocument(Output):
    """The first server that was accepted, or what all of them have in common."""

    reservation_id = str
    server = ServerCreated

    @classmethod
    def of(cls, created: CreatedServers, maker: Links) -> "ServerCreatedDocument":
        """Return what came of a request."""
        server = created.servers[0]
        return cls(
            server=ServerCreated(
                adminPass=created.admin_password,
                disk_config=server.disk_config,
                id=server.id,
                links=links.of(maker, _COLLECTION, server.id),
                security_groups=_groups(server),
            )
        )


class ConsoleOutput(Output):
    """The console output of a server."""

    output = str
