"""Floating IPs and their pools."""

from computeapi.domain.floating_ips import FloatingIp as DomainFloatingIp
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.values import TEXT


class FloatingIpCreate(RequestType):
    """The body of a request to create a floating IP."""

    _is_open = True

    pool = RequestField(TEXT, nullable=True, default=None)


class FloatingIp(ResponseType):
    """A floating IP."""

    id = str
    ip = str
    fixed_ip = ResponseField(str, nullable=True)
    instance_id = ResponseField(str, nullable=True)
    pool = str

    @classmethod
    def of(cls, found: DomainFloatingIp) -> "FloatingIp":
        """Return a floating IP."""
        return cls(
            id=found.id,
            ip=found.address,
            fixed_ip=found.fixed_address,
            instance_id=found.server_id,
            pool=found.pool,
        )


class FloatingIpDocument(ResponseType):
    """A floating IP."""

    floating_ip = FloatingIp


class FloatingIps(ResponseType):
    """The list of floating IPs."""

    floating_ips = [FloatingIp]


class Pool(ResponseType):
    """A pool of floating IPs."""

    name = str


class Pools(ResponseType):
    """The list of pools."""

    floating_ip_pools = [Pool]
