"""The document of an interface of a server."""

from typing import Any

from computeapi.api.servers.changes import DEVICE_TAGS_SHOWN
from computeapi.api.versions import Version
from computeapi.domain.networks import Interface
from computeapi.falcon_impl.views.fields import Document, Field, Fields


def _fixed_ips(interface: Interface, _view: Any) -> list[Document]:
    return [{"ip_address": ip.address, "subnet_id": ip.subnet_id} for ip in interface.fixed_ips]


_INTERFACE = Fields(
    Field("port_id", "port_id"),
    Field("net_id", "network_id"),
    Field("mac_addr", "mac_address"),
    Field("port_state", "state"),
    Field("fixed_ips", _fixed_ips),
    Field("tag", "tag", DEVICE_TAGS_SHOWN),
)


def detail(interface: Interface, version: Version) -> Document:
    """Return the document of an interface."""
    return _INTERFACE.document(interface, version)
