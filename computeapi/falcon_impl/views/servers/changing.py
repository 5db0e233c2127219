"""The response body of a change of a server (API reference, "Update Server")."""

from typing import Any

from computeapi.api.servers import changes
from computeapi.api.servers.status import (
    WITH_PROGRESS,
    fault_details,
    host_id,
    image_properties,
    shown_fault,
    shows_addresses,
    status,
)
from computeapi.domain.servers import ServerBasics, ServerDetails, ShownServer
from computeapi.falcon_impl.schemas.spans import Schema
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import ABSENT, Attribute, Document, Field, Fields, Function
from computeapi.falcon_impl.views.schemas import (
    BOOL,
    INTEGER,
    LINKS,
    MOMENT,
    REFERENCE,
    TEXT,
    at_times,
    constantly,
    entity,
    mapping,
    nullable,
)
from computeapi.falcon_impl.views.servers.view import ServerView, links


def _progress(server: ServerBasics, view: ServerView) -> Any:
    return server.progress if status(server) in WITH_PROGRESS else ABSENT


def _fault(server: ServerBasics, view: ServerView) -> Any:
    fault = server.fault and shown_fault(server)
    if fault is None:
        return ABSENT
    document = {"code": fault.code, "created": fault.created, "message": fault.message}
    details = fault_details(fault, view.is_admin)
    return document if details is None else {**document, "details": details}


def _image(server: ServerBasics, view: ServerView) -> Document | str:
    return view.images[server.image_id] if server.image_id else ""


def _image_with_properties(server: ServerDetails, view: ServerView) -> Document | str:
    image = _image(server, view)
    return image if isinstance(image, str) else {**image, "properties": image_properties(server)}


def _flavor_link(server: ServerBasics, view: ServerView) -> Document:
    return view.flavors[server.flavor_id]


def _flavor(server: ServerDetails, view: ServerView) -> Document:
    document = {
        "original_name": server.flavor_name,
        "vcpus": server.vcpus,
        "ram": server.memory_mb,
        "disk": server.disk_gb,
        "ephemeral": server.ephemeral_gb,
        "swap": server.swap_mb,
    }
    return document | {"extra_specs": server.extra_specs} if view.shows_extra_specs else document


def _addresses(server: ServerBasics, view: ServerView) -> Document:
    if not shows_addresses(server):
        return {}
    return {
        network: [{"addr": a["addr"], "version": a["version"]} for a in addresses]
        for network, addresses in server.addresses.items()
    }


_FAULT = entity({"code": INTEGER, "created": MOMENT, "message": TEXT, "details": at_times(TEXT)})
_NO_IMAGE: Schema = {"type": "string", "maxLength": 0}
_IMAGE: Schema = {
    "anyOf": [
        entity(
            {
                "id": TEXT,
                "links": LINKS,
                "properties": constantly(mapping(TEXT), changes.IMAGE_WITH_PROPERTIES),
            }
        ),
        _NO_IMAGE,
    ]
}
_FLAVOR = entity(
    {
        "original_name": TEXT,
        "vcpus": INTEGER,
        "ram": INTEGER,
        "disk": INTEGER,
        "ephemeral": INTEGER,
        "swap": INTEGER,
        "extra_specs": at_times(mapping(TEXT)),
    }
)
_ADDRESS = entity({"addr": TEXT, "version": INTEGER})


#: The fields that every document of a whole server has, but for its addresses.
COMMON = (
    Field("id", "id", TEXT),
    Field("name", "name", TEXT),
    Field("tenant_id", "project_id", TEXT),
    Field("user_id", "user_id", TEXT),
    Field("metadata", "metadata", mapping(TEXT)),
    Field("created", "created_at", MOMENT),
    Field("OS-DCF:diskConfig", "disk_config", TEXT),
    Field("status", Function(status), TEXT),
    Field("updated", lambda server, view: server.updated_at or server.created_at, MOMENT),
    Field("hostId", lambda server, view: host_id(server.project_id, server.host), TEXT),
    Field("image", _image, _IMAGE, changes.IMAGE_LINKED),
    Field("image", _image_with_properties, _IMAGE, changes.IMAGE_WITH_PROPERTIES),
    Field("flavor", _flavor_link, REFERENCE, changes.FLAVOR_LINKED),
    Field("flavor", _flavor, _FLAVOR, changes.FLAVOR_EMBEDDED),
    Field("accessIPv4", Attribute("access_ip_v4", otherwise=""), TEXT),
    Field("accessIPv6", Attribute("access_ip_v6", otherwise=""), TEXT),
    Field("links", links, LINKS),
    Field("progress", _progress, INTEGER, optional=True),
    Field("fault", _fault, _FAULT, optional=True),
    Field("locked", "locked", BOOL, changes.LOCKED),
    Field("locked_reason", "locked_reason", nullable(TEXT), changes.LOCK_REASON),
    Field("description", "description", nullable(TEXT), changes.DESCRIPTION),
    Field("tags", "tags", array(TEXT), changes.TAGS),
    Field(
        "trusted_image_certificates",
        "trusted_certificates",
        nullable(array(TEXT)),
        changes.CERTIFICATES,
    ),
)


def server_groups(server: ShownServer, view: ServerView) -> list[str]:
    """Return the server groups that a server is a member of: one at most."""
    return [server.server_group_id] if server.server_group_id else []


CHANGED = Fields(
    *COMMON,
    Field("addresses", _addresses, mapping(array(_ADDRESS))),
    Field("server_groups", server_groups, array(TEXT), changes.SERVER_GROUPS),
)
