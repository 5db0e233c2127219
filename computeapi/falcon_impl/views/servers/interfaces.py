"""The document of an interface of a server."""

from typing import Any

from computeapi.api.servers.changes import DEVICE_TAGS_SHOWN
from computeapi.api.versions import Version
from computeapi.domain.networks import Interface
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import Document, Field, Fields
from computeapi.falcon_impl.views.schemas import TEXT, entity, nullable


def _fixed_ips(interface: Interface, _view: Any) -> list[Document]:
    return [{"ip_address": ip.address, "subnet_id": ip.subnet_id} for ip in interface.fixed_ips]


_FIXED_IPS = array(entity({"ip_address": TEXT, "subnet_id": TEXT}))
_INTERFACE = Fields(
    Field("port_id", "port_id", TEXT),
    Field("net_id", "network_id", TEXT),
    Field("mac_addr", "mac_address", TEXT),
    Field("port_state", "state", TEXT),
    Field("fixed_ips", _fixed_ips, _FIXED_IPS),
    Field("tag", "tag", nullable(TEXT), DEVICE_TAGS_SHOWN),
)

INTERFACE = entity({"interfaceAttachment": _INTERFACE.schema})
INTERFACES = entity({"interfaceAttachments": array(_INTERFACE.schema)})


def detail(interface: Interface, version: Version) -> Document:
    """Return the document of an interface."""
    return _INTERFACE.document(interface, version)
