"""The network interfaces of a server."""

from computeapi.api.servers.query import NO_QUERY
from computeapi.domain.networks import Interface
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import interfaces as types


def _document(interface: Interface) -> types.InterfaceDocument:
    return types.InterfaceDocument(interface=types.Interface.of(interface))


class InterfaceController(ServerResource):
    """``/servers/{server_id}/os-interface/{port_id}``."""

    segment = "port_id"

    @expose(types.InterfaceDocument, query=NO_QUERY)
    def get(self) -> types.InterfaceDocument:
        """Show an interface of a server."""
        request, (server_id, port_id) = current(), self._ids
        NO_QUERY.read(request.values, request.version, None)
        interfaces = request.services.servers.interfaces
        return _document(interfaces.get(request.context, server_id, port_id))

    @expose(None, status_code=202, faults=frozenset({409, 501}))
    def delete(self) -> None:
        """Detach an interface from a server."""
        request, (server_id, port_id) = current(), self._ids
        request.services.servers.interfaces.detach(request.context, server_id, port_id)


class InterfacesController(ServerResource):
    """``/servers/{server_id}/os-interface``."""

    item = InterfaceController

    @expose(types.Interfaces, query=NO_QUERY)
    def get(self) -> types.Interfaces:
        """List the interfaces of a server."""
        request = current()
        NO_QUERY.read(request.values, request.version, None)
        found = request.services.servers.interfaces.list(request.context, self.server_id)
        return types.Interfaces(interfaces=[types.Interface.of(one) for one in found])

    @expose(
        types.InterfaceDocument, body=types.InterfaceCreateDocument, faults=frozenset({409, 501})
    )
    def post(self, document: types.InterfaceCreateDocument) -> types.InterfaceDocument:
        """Attach an interface to a server."""
        request, new = current(), document.new()
        interfaces = request.services.servers.interfaces
        return _document(interfaces.attach(request.context, self.server_id, new))
