"""Response bodies of floating IPs and their pools (API reference, "Floating IPs")."""

from computeapi.api.versions import MIN
from computeapi.domain.floating_ips import FloatingIp
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import Document, Field, Fields
from computeapi.falcon_impl.views.schemas import TEXT, entity, nullable

_FLOATING_IP = Fields(
    Field("id", "id", TEXT),
    Field("ip", "address", TEXT),
    Field("fixed_ip", "fixed_address", nullable(TEXT)),
    Field("instance_id", "server_id", nullable(TEXT)),
    Field("pool", "pool", TEXT),
)

FLOATING_IP = entity({"floating_ip": _FLOATING_IP.schema})
FLOATING_IPS = entity({"floating_ips": array(_FLOATING_IP.schema)})
POOLS = entity({"floating_ip_pools": array(entity({"name": TEXT}))})


def floating_ip(item: FloatingIp) -> Document:
    """Return the document of a floating IP."""
    return _FLOATING_IP.document(item, MIN)
