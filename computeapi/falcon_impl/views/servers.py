"""Response bodies of servers (API reference, "Servers")."""

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import Any

from computeapi.api.links import Links
from computeapi.api.servers import changes
from computeapi.api.servers.status import (
    ROOT_DEVICE,
    WITH_PROGRESS,
    fault_details,
    host_id,
    shown_fault,
    shows_addresses,
    status,
)
from computeapi.api.versions import ALWAYS, Span, Version
from computeapi.domain.servers import CreatedServers, Fault, Server, ServerSummary
from computeapi.falcon_impl.views import links as link_views
from computeapi.falcon_impl.views.moments import microseconds

Document = dict[str, Any]

_EXT = "OS-EXT-SRV-ATTR"
#: The fields that os-extended-server-attributes allows, each with its versions.
_EXTENDED: tuple[tuple[str, Span, Callable[[Server], Any]], ...] = (
    (f"{_EXT}:host", ALWAYS, attrgetter("host")),
    (f"{_EXT}:hypervisor_hostname", ALWAYS, attrgetter("host")),
    (f"{_EXT}:instance_name", ALWAYS, attrgetter("instance_name")),
    (f"{_EXT}:hostname", changes.EXTENDED_ATTRIBUTES, attrgetter("hostname")),
    (f"{_EXT}:reservation_id", changes.EXTENDED_ATTRIBUTES, attrgetter("reservation_id")),
    (f"{_EXT}:launch_index", changes.EXTENDED_ATTRIBUTES, attrgetter("launch_index")),
    (f"{_EXT}:kernel_id", changes.EXTENDED_ATTRIBUTES, lambda server: ""),
    (f"{_EXT}:ramdisk_id", changes.EXTENDED_ATTRIBUTES, lambda server: ""),
    (f"{_EXT}:root_device_name", changes.EXTENDED_ATTRIBUTES, lambda server: ROOT_DEVICE),
    (f"{_EXT}:user_data", changes.EXTENDED_ATTRIBUTES, attrgetter("user_data")),
)


@cache
def _extended_fields(version: Version) -> tuple[tuple[str, Callable[[Server], Any]], ...]:
    return tuple((name, get) for name, span, get in _EXTENDED if version in span)


def _addresses(server: Server, document: Callable[..., Document]) -> Document:
    """Return the addresses that a server shows, by network."""
    if not shows_addresses(server):
        return {}
    return {
        network: [document(address) for address in addresses]
        for network, addresses in server.addresses.items()
    }


def _address(address: Mapping[str, object]) -> Document:
    return {"addr": address["addr"], "version": address["version"]}


def _extended_address(address: Mapping[str, object]) -> Document:
    return {
        "addr": address["addr"],
        "version": address["version"],
        "OS-EXT-IPS:type": address["type"],
        "OS-EXT-IPS-MAC:mac_addr": address["mac"],
    }


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
        self._shows_locked = version in changes.LOCKED
        #: The flavors and images of a page are few.
        self._mentions: dict[tuple[str, str], Document] = {}

    def summary(self, server: ServerSummary) -> Document:
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

    def plain(self, server: Server, address: Callable[..., Document] = _address) -> Document:
        """Return what the answer to an update shows.

        :param address: makes the document of an address.
        """
        shown_status = status(server)
        document = {
            "id": server.id,
            "name": server.name,
            "status": shown_status,
            "tenant_id": server.project_id,
            "user_id": server.user_id,
            "metadata": server.metadata,
            "hostId": host_id(server.project_id, server.host),
            "image": self._mention("images", server.image_id) if server.image_id else "",
            "flavor": self._mention("flavors", server.flavor_id),
            "created": server.created_at,
            "updated": server.updated_at or server.created_at,
            "addresses": _addresses(server, address),
            "accessIPv4": server.access_ip_v4 or "",
            "accessIPv6": server.access_ip_v6 or "",
            "links": link_views.resource(self._links, "servers", server.id),
            "OS-DCF:diskConfig": server.disk_config,
        }
        if shown_status in WITH_PROGRESS:
            document["progress"] = server.progress
        fault = shown_fault(server)
        if fault is not None:
            document["fault"] = self._fault(fault)
        if self._shows_locked:
            document["locked"] = False
        return document

    def detail(self, server: Server) -> Document:
        """Return all there is to see."""
        document = self.plain(server, _extended_address)
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
        key = (collection, resource_id)
        mention = self._mentions.get(key)
        if mention is None:
            bookmark = link_views.bookmark(self._links, collection, resource_id)
            mention = self._mentions[key] = {"id": resource_id, "links": bookmark}
        return mention

    def _fault(self, fault: Fault) -> Document:
        document = {
            "code": fault.code,
            "created": fault.created,
            "message": fault.message,
        }
        details = fault_details(fault, self._is_admin)
        if details is not None:
            document["details"] = details
        return document
