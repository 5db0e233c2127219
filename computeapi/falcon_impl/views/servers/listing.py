"""Response bodies of lists of servers, and of a server (API reference, "Servers")."""

from collections.abc import Iterable
from typing import Any

from computeapi.api.servers import changes
from computeapi.api.servers.status import ROOT_DEVICE, shows_addresses
from computeapi.domain.servers import Server, ServerBasics, ServerSummary, ShownServer
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import (
    ABSENT,
    Attribute,
    Constant,
    Document,
    Field,
    Fields,
    Function,
    fitting,
)
from computeapi.falcon_impl.views.moments import microseconds
from computeapi.falcon_impl.views.schemas import (
    ANY,
    BOOL,
    EXACT_MOMENT,
    INTEGER,
    LINKS,
    TEXT,
    constantly,
    entity,
    mapping,
    nullable,
    page,
)
from computeapi.falcon_impl.views.servers.changing import CHANGED, COMMON, server_groups
from computeapi.falcon_impl.views.servers.view import (
    SECURITY_GROUPS,
    ServerView,
    links,
    security_groups,
)

_EXT = "OS-EXT-SRV-ATTR"


def _addresses(server: ServerBasics, view: ServerView) -> Document:
    if not shows_addresses(server):
        return {}
    networks = {}
    for network, addresses in server.addresses.items():
        networks[network] = [
            {
                "addr": address["addr"],
                "version": address["version"],
                "OS-EXT-IPS:type": address["type"],
                "OS-EXT-IPS-MAC:mac_addr": address["mac"],
            }
            for address in addresses
        ]
    return networks


def _launched_at(server: ServerBasics) -> str | None:
    return microseconds(server.launched_at) if server.launched_at else None


def _terminated_at(server: ServerBasics) -> str | None:
    return microseconds(server.terminated_at) if server.terminated_at else None


def _host_status(server: ServerBasics, view: ServerView) -> Any:
    shown = view.hosts.statuses.of(server) if view.hosts.statuses else None
    return ABSENT if shown is None else shown


def _node(server: ServerBasics, view: ServerView) -> str | None:
    return view.hosts.nodes.get(server.host, server.host) if server.host else None


def _volumes(server: ServerBasics, view: ServerView) -> list[Document]:
    if not view.volumes:
        return []
    return [
        {"id": device.volume_id, "delete_on_termination": device.delete_on_termination}
        if view.version in changes.VOLUMES_WITH_TERMINATION
        else {"id": device.volume_id}
        for device in view.volumes.get(server.id, ())
    ]


_ADDRESS = entity(
    {
        "addr": TEXT,
        "version": INTEGER,
        "OS-EXT-IPS:type": TEXT,
        "OS-EXT-IPS-MAC:mac_addr": TEXT,
    }
)
_VOLUME = entity(
    {"id": TEXT, "delete_on_termination": constantly(BOOL, changes.VOLUMES_WITH_TERMINATION)}
)
SUMMARY = Fields(Field("id", "id", TEXT), Field("name", "name", TEXT), Field("links", links, LINKS))
DETAIL = Fields(
    *COMMON,
    Field("addresses", _addresses, mapping(array(_ADDRESS))),
    Field("key_name", "key_name", nullable(TEXT)),
    Field("OS-EXT-STS:power_state", "power_state", INTEGER),
    Field("OS-EXT-STS:task_state", "task_state", nullable(TEXT)),
    Field("OS-EXT-STS:vm_state", "vm_state", TEXT),
    Field("config_drive", lambda server, view: "True" if server.config_drive else "", TEXT),
    Field("security_groups", security_groups, SECURITY_GROUPS),
    Field("os-extended-volumes:volumes_attached", _volumes, array(_VOLUME)),
    Field("OS-EXT-AZ:availability_zone", Attribute("availability_zone", otherwise=""), TEXT),
    Field("OS-SRV-USG:launched_at", Function(_launched_at), nullable(EXACT_MOMENT)),
    Field("OS-SRV-USG:terminated_at", Function(_terminated_at), nullable(EXACT_MOMENT)),
    Field("host_status", _host_status, TEXT, changes.HOST_STATUS, optional=True),
    Field(f"{_EXT}:hostname", "hostname", TEXT, changes.HOSTNAME_FOR_ALL),
    Field("pinned_availability_zone", "pinned_zone", nullable(TEXT), changes.PINNED_ZONE),
    Field("scheduler_hints", "scheduler_hints", mapping(ANY), changes.SCHEDULER_HINTS),
)
#: The fields that os-extended-server-attributes allows are the first one and the last nine.
EXTENDED = Fields(
    Field(f"{_EXT}:hostname", "hostname", TEXT, changes.EXTENDED_HOSTNAME),
    *DETAIL,
    Field(f"{_EXT}:host", "host", nullable(TEXT)),
    Field(f"{_EXT}:hypervisor_hostname", _node, nullable(TEXT)),
    Field(f"{_EXT}:instance_name", "instance_name", TEXT),
    Field(f"{_EXT}:reservation_id", "reservation_id", TEXT, changes.EXTENDED_ATTRIBUTES),
    Field(f"{_EXT}:launch_index", "launch_index", INTEGER, changes.EXTENDED_ATTRIBUTES),
    Field(f"{_EXT}:kernel_id", Constant(""), TEXT, changes.EXTENDED_ATTRIBUTES),
    Field(f"{_EXT}:ramdisk_id", Constant(""), TEXT, changes.EXTENDED_ATTRIBUTES),
    Field(f"{_EXT}:root_device_name", Constant(ROOT_DEVICE), TEXT, changes.EXTENDED_ATTRIBUTES),
    Field(f"{_EXT}:user_data", "user_data", nullable(TEXT), changes.EXTENDED_ATTRIBUTES),
)


_GROUPS = Field("server_groups", server_groups, array(TEXT), changes.SERVER_GROUPS)
#: A server shown by itself has what would cost a list too much in Nova.
SHOWN, SHOWN_EXTENDED = Fields(*DETAIL, _GROUPS), Fields(*EXTENDED, _GROUPS)


_WHOLE = fitting(SHOWN, SHOWN_EXTENDED)
SERVER = entity({"server": _WHOLE})
CHANGED_SERVER = entity(
    {
        "server": (
            constantly(CHANGED.schema, changes.CHANGED_IN_PART),
            constantly(_WHOLE, changes.CHANGED_WHOLE),
        )
    }
)
SERVERS = page("servers", SUMMARY.schema)
SERVER_DETAILS = page("servers", fitting(DETAIL, EXTENDED))


def summary(server: ServerSummary, view: ServerView) -> Document:
    """Return the document of a server in a list without details."""
    return SUMMARY.document(server, view.version, view)


def details(servers: Iterable[ServerBasics], view: ServerView) -> list[Document]:
    """Return the documents of servers with all that the caller may see, in a list."""
    return (EXTENDED if view.extended else DETAIL).documents(servers, view.version, view)


def shown(server: ShownServer, view: ServerView) -> Document:
    """Return the document of a server with all that the caller may see, shown by itself."""
    fields = SHOWN_EXTENDED if view.extended else SHOWN
    return fields.document(server, view.version, view)


def changed(server: Server, view: ServerView) -> Document:
    """Return the document of a server that was changed."""
    if view.version in changes.CHANGED_WHOLE:
        return shown(server, view)
    return CHANGED.document(server, view.version, view)
