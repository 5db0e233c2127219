"""``/os-hosts``, until 2.42."""

import falcon

from computeapi.api import hosts as contract
from computeapi.falcon_impl.declarations import answers, refuses, takes
from computeapi.falcon_impl.hooks import during
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import hosts as schemas
from computeapi.falcon_impl.views import hosts as views
from computeapi.service import hosts


@during(contract.HOSTS)
class HostsResource:
    """``/os-hosts``."""

    def __init__(self, service: hosts.Hosts) -> None:
        self._service = service

    @takes(query=contract.QUERY)
    @answers(200, views.HOSTS)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List hosts."""
        wanted = contract.QUERY.read(req.values, req.version, {})
        found = self._service.list(req.context, wanted.get("zone"))
        resp.media = {"hosts": [views.summary(name, zone) for name, zone in found]}


@during(contract.HOSTS)
class HostResource:
    """``/os-hosts/{host_name}`` and the paths below it, which no hypervisor here can serve."""

    def __init__(self, service: hosts.Hosts) -> None:
        self._service = service

    @answers(200, views.HOST)
    def on_get(self, req: Request, resp: falcon.Response, host_name: str) -> None:
        """Show a host."""
        resp.media = {"host": views.detail(self._service.get(req.context, host_name))}

    @takes(schemas.UPDATE)
    @refuses(501)
    def on_put(self, req: Request, resp: falcon.Response, host_name: str) -> None:
        """Change the state of a host."""
        schemas.UPDATE.read(req)
        self._service.update(req.context, host_name)

    @refuses(501)
    def on_get_reboot(self, req: Request, resp: falcon.Response, host_name: str) -> None:
        """Reboot a host."""
        self._service.reboot(req.context, host_name)

    @refuses(501)
    def on_get_shutdown(self, req: Request, resp: falcon.Response, host_name: str) -> None:
        """Shut a host down."""
        self._service.shutdown(req.context, host_name)

    @refuses(501)
    def on_get_startup(self, req: Request, resp: falcon.Response, host_name: str) -> None:
        """Start a host."""
        self._service.startup(req.context, host_name)
