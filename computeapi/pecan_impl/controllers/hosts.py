"""Hosts, until 2.42."""

from computeapi.api import hosts as contract
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import hosts as types


class HostRebootController(Resource):
    """``/os-hosts/{host_name}/reboot``, which no hypervisor here can serve."""

    @expose(None, span=contract.HOSTS, successes=(), faults=frozenset({501}))
    def get(self) -> None:
        """Reboot a host."""
        request, (name,) = current(), self._ids
        request.services.hosts.reboot(request.context, name)


class HostShutdownController(Resource):
    """``/os-hosts/{host_name}/shutdown``, which no hypervisor here can serve."""

    @expose(None, span=contract.HOSTS, successes=(), faults=frozenset({501}))
    def get(self) -> None:
        """Shut a host down."""
        request, (name,) = current(), self._ids
        request.services.hosts.shutdown(request.context, name)


class HostStartupController(Resource):
    """``/os-hosts/{host_name}/startup``, which no hypervisor here can serve."""

    @expose(None, span=contract.HOSTS, successes=(), faults=frozenset({501}))
    def get(self) -> None:
        """Start a host."""
        request, (name,) = current(), self._ids
        request.services.hosts.startup(request.context, name)


class HostController(Resource):
    """``/os-hosts/{host_name}``."""

    segment = "host_name"

    children = {
        "reboot": HostRebootController,
        "shutdown": HostShutdownController,
        "startup": HostStartupController,
    }

    @expose(types.HostDocument, span=contract.HOSTS)
    def get(self) -> types.HostDocument:
        """Show a host."""
        request, (name,) = current(), self._ids
        return types.HostDocument.of(request.services.hosts.get(request.context, name))

    @expose(None, body=types.HostUpdate, span=contract.HOSTS, successes=(), faults=frozenset({501}))
    def put(self, document: types.HostUpdate) -> None:
        """Change the state of a host."""
        request, (name,) = current(), self._ids
        request.services.hosts.update(request.context, name)


class HostsController(Resource):
    """``/os-hosts``."""

    item = HostController

    @expose(types.Hosts, span=contract.HOSTS, query=contract.QUERY)
    def get(self) -> types.Hosts:
        """List hosts."""
        request = current()
        wanted = contract.QUERY.read(request.values, request.version, {})
        found = request.services.hosts.list(request.context, wanted.get("zone"))
        return types.Hosts(
            hosts=[types.Host(host_name=name, service="compute", zone=zone) for name, zone in found]
        )
