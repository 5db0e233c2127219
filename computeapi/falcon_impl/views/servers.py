"""Response bodies of servers (API reference, "Servers")."""

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any

from computeapi.api import versions
from computeapi.api.links import Links
from computeapi.api.servers import host_id, shows_progress, status
from computeapi.api.versions import MIN, Version
from computeapi.domain.servers import CreatedServers, Fault, Server, VmState
from computeapi.falcon_impl.views import links as link_views
from computeapi.falcon_impl.views.moments import microseconds, seconds

Document = dict[str, Any]

#: What only those see whom os-extended-server-attributes allows.
_EXTENDED: Mapping[str, Callable[[Server], Any]] = {
    "OS-EXT-SRV-ATTR:host": attrgetter("host"),
    "OS-EXT-SRV-ATTR:hypervisor_hostname": attrgetter("host"),
    "OS-EXT-SRV-ATTR:instance_name": attrgetter("instance_name"),
    "OS-EXT-SRV-ATTR:hostname": attrgetter("hostname"),
    "OS-EXT-SRV-ATTR:reservation_id": attrgetter("reservation_id"),
    "OS-EXT-SRV-ATTR:launch_index": attrgetter("launch_index"),
    "OS-EXT-SRV-ATTR:kernel_id": lambda server: "",
    "OS-EXT-SRV-ATTR:ramdisk_id": lambda server: "",
    "OS-EXT-SRV-ATTR:root_device_name": lambda server: "/dev/vda",
    "OS-EXT-SRV-ATTR:user_data": attrgetter("user_data"),
}
_WITH_FAULT = frozenset({VmState.ERROR, VmState.DELETED})


@cache
def _extended_fields(version: Version) -> tuple[tuple[str, Callable[[Server], Any]], ...]:
    since = versions.SINCE
    return tuple(
        (name, get)
        for name, get in _EXTENDED.items()
        if version >= since.get(f"server.{name}", MIN)
    )


class ServerView:
    """The documents of servers, as one caller sees them.

    :param is_admin: whether the caller is an administrator.
    :param extended: whether the caller may see where a server runs.
    """

    def __init__(
        self, links: Links, version: Version, is_admin: bool = False, extended: bool = False
    ) -> None:
        self._links = links
        self._is_admin = is_admin
        self._extended = _extended_fields(version) if extended else ()
        self._shows_locked = versions.has(version, "server.locked")

    def summary(self, server: Server) -> Document:
        """Return what a list without details shows."""
        return {
            "id": server.id,
            "name": server.name,
            "links": link_views.resource(self._links, "servers", server.id),
        }

    def created(self, created: CreatedServers) -> Document:
        """Return what the answer to a create request shows."""
        server = created.servers[0]
        return {
            "id": server.id,
            "links": link_views.resource(self._links, "servers", server.id),
            "OS-DCF:diskConfig": server.disk_config,
            "security_groups": [{"name": group} for group in server.security_groups],
            "adminPass": created.admin_password,
        }

    def plain(self, server: Server, extended: bool = False) -> Document:
        """Return what the answer to an update shows.

        :param extended: with all that there is to say of each address.
        """
        document = {
            "id": server.id,
            "name": server.name,
            "status": status(server),
            "tenant_id": server.project_id,
            "user_id": server.user_id,
            "metadata": server.metadata,
            "hostId": host_id(server.project_id, server.host),
            "image": self._mention("images", server.image_id) if server.image_id else "",
            "flavor": self._mention("flavors", server.flavor_id),
            "created": seconds(server.created_at),
            "updated": seconds(server.updated_at or server.created_at),
            "addresses": _addresses(server, extended),
            "accessIPv4": server.access_ip_v4 or "",
            "accessIPv6": server.access_ip_v6 or "",
            "links": link_views.resource(self._links, "servers", server.id),
            "OS-DCF:diskConfig": server.disk_config,
        }
        if shows_progress(server):
            document["progress"] = server.progress
        if server.fault is not None and server.vm_state in _WITH_FAULT:
            document["fault"] = self._fault(server.fault)
        if self._shows_locked:
            document["locked"] = False
        return document

    def detail(self, server: Server) -> Document:
        """Return all there is to see."""
        document = self.plain(server, extended=True)
        launched, terminated = server.launched_at, server.terminated_at
        document |= {
            "config_drive": "True" if server.config_drive else "",
            "key_name": server.key_name,
            "security_groups": [{"name": group} for group in server.security_groups],
            "os-extended-volumes:volumes_attached": [],
            "OS-EXT-AZ:availability_zone": server.availability_zone or "",
            "OS-EXT-STS:power_state": server.power_state,
            "OS-EXT-STS:task_state": server.task_state,
            "OS-EXT-STS:vm_state": server.vm_state,
            "OS-SRV-USG:launched_at": microseconds(launched) if launched else None,
            "OS-SRV-USG:terminated_at": microseconds(terminated) if terminated else None,
        }
        for name, get in self._extended:
            document[name] = get(server)
        return document

    def _mention(self, collection: str, resource_id: str) -> Document:
        links = link_views.bookmark(self._links, collection, resource_id)
        return {"id": resource_id, "links": links}

    def _fault(self, fault: Fault) -> Document:
        document = {
            "code": fault.code,
            "created": seconds(fault.created),
            "message": fault.message,
        }
        if fault.details and (self._is_admin or fault.code != 500):
            document["details"] = fault.details
        return document


def _addresses(server: Server, extended: bool) -> Document:
    """Return the addresses by network; a server that is being built shows none yet."""
    if server.vm_state == VmState.BUILDING:
        return {}
    return {
        network: [_address(address, extended) for address in addresses]
        for network, addresses in server.addresses.items()
    }


def _address(address: Mapping[str, object], extended: bool) -> Document:
    document = {"addr": address["addr"], "version": address["version"]}
    if extended:
        document["OS-EXT-IPS:type"] = address["type"]
        document["OS-EXT-IPS-MAC:mac_addr"] = address["mac"]
    return document
