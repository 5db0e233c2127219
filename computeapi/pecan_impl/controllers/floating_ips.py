"""Floating IPs and their pools, until 2.35."""

from computeapi.api import floating_ips as contract
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import floating_ips as types


class FloatingIpController(Resource):
    """``/os-floating-ips/{floating_ip_id}``."""

    segment = "floating_ip_id"
    span = contract.PROXIED

    @expose(types.FloatingIpDocument)
    def get(self) -> types.FloatingIpDocument:
        """Show a floating IP."""
        request, (floating_ip_id,) = current(), self._ids
        found = request.services.floating_ips.get(request.context, floating_ip_id)
        return types.FloatingIpDocument(floating_ip=types.FloatingIp.of(found))

    @expose(None, status_code=202, faults=frozenset({409}))
    def delete(self) -> None:
        """Delete a floating IP."""
        request, (floating_ip_id,) = current(), self._ids
        request.services.floating_ips.delete(request.context, floating_ip_id)


class FloatingIpsController(Resource):
    """``/os-floating-ips``."""

    item = FloatingIpController
    span = contract.PROXIED

    @expose(types.FloatingIps)
    def get(self) -> types.FloatingIps:
        """List floating IPs."""
        request = current()
        found = request.services.floating_ips.list(request.context)
        return types.FloatingIps(floating_ips=[types.FloatingIp.of(one) for one in found])

    @expose(types.FloatingIpDocument, body=types.FloatingIpCreate, optional_body=True)
    def post(self, document: types.FloatingIpCreate) -> types.FloatingIpDocument:
        """Create a floating IP."""
        request = current()
        made = request.services.floating_ips.create(request.context, document.pool)
        return types.FloatingIpDocument(floating_ip=types.FloatingIp.of(made))


class FloatingIpPoolsController(Resource):
    """``/os-floating-ip-pools``."""

    span = contract.PROXIED

    @expose(types.Pools)
    def get(self) -> types.Pools:
        """List the pools of floating IPs."""
        request = current()
        names = request.services.floating_ips.pools(request.context)
        return types.Pools(floating_ip_pools=[types.Pool(name=name) for name in names])
