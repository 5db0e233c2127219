"""``/os-floating-ips`` and ``/os-floating-ip-pools``, until 2.35."""

import falcon

from computeapi.api import floating_ips as contract
from computeapi.falcon_impl.declarations import answers, fails, takes
from computeapi.falcon_impl.hooks import during
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import floating_ips as schemas
from computeapi.falcon_impl.views import floating_ips as views
from computeapi.service import floating_ips


@during(contract.PROXIED)
class FloatingIpsResource:
    """``/os-floating-ips``."""

    def __init__(self, service: floating_ips.FloatingIps) -> None:
        self._service = service

    @answers(200, views.FLOATING_IPS)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List floating IPs."""
        found = self._service.list(req.context)
        resp.media = {"floating_ips": [views.floating_ip(one) for one in found]}

    @takes(schemas.CREATE)
    @answers(200, views.FLOATING_IP)
    def on_post(self, req: Request, resp: falcon.Response) -> None:
        """Create a floating IP."""
        body = schemas.CREATE.read(req) if req.content_length else None
        made = self._service.create(req.context, (body or {}).get("pool"))
        resp.media = {"floating_ip": views.floating_ip(made)}


@during(contract.PROXIED)
class FloatingIpResource:
    """``/os-floating-ips/{floating_ip_id}``."""

    def __init__(self, service: floating_ips.FloatingIps) -> None:
        self._service = service

    @answers(200, views.FLOATING_IP)
    def on_get(self, req: Request, resp: falcon.Response, floating_ip_id: str) -> None:
        """Show a floating IP."""
        found = self._service.get(req.context, floating_ip_id)
        resp.media = {"floating_ip": views.floating_ip(found)}

    @answers(202)
    @fails(409)
    def on_delete(self, req: Request, resp: falcon.Response, floating_ip_id: str) -> None:
        """Delete a floating IP."""
        self._service.delete(req.context, floating_ip_id)
        resp.status = falcon.HTTP_202


@during(contract.PROXIED)
class FloatingIpPoolsResource:
    """``/os-floating-ip-pools``."""

    def __init__(self, service: floating_ips.FloatingIps) -> None:
        self._service = service

    @answers(200, views.POOLS)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List the pools of floating IPs."""
        names = self._service.pools(req.context)
        resp.media = {"floating_ip_pools": [{"name": name} for name in names]}
