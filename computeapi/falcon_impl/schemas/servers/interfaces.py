"""The request body that attaches an interface (API reference, "Create Interface")."""

from typing import Any

from computeapi.api.servers.changes import ATTACHED_DEVICE_TAGS
from computeapi.api.servers.tags import TAG
from computeapi.domain.networks import NewInterface
from computeapi.falcon_impl.schemas.spans import In, Schema
from computeapi.falcon_impl.schemas.values import IP, UUID, array, matching, record
from computeapi.falcon_impl.validation import Body

_FIXED_IPS: Schema = {
    **array(record({"ip_address": IP}, required=("ip_address",))),
    "minItems": 1,
    "maxItems": 1,
}
ATTACH = Body(
    record(
        {
            "interfaceAttachment": record(
                {
                    "net_id": UUID,
                    "port_id": UUID,
                    "fixed_ips": _FIXED_IPS,
                    "tag": In(ATTACHED_DEVICE_TAGS, matching(TAG)),
                }
            )
        }
    )
)


def new_interface(body: dict[str, Any]) -> NewInterface:
    """Read a body that :data:`ATTACH` let through."""
    wanted = body.get("interfaceAttachment", {})
    addresses = [fixed_ip["ip_address"] for fixed_ip in wanted.get("fixed_ips", ())]
    return NewInterface(
        port_id=wanted.get("port_id"),
        network_id=wanted.get("net_id"),
        address=addresses[0] if addresses else None,
        tag=wanted.get("tag"),
    )
