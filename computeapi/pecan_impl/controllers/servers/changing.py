"""The change of a server."""

from computeapi.pecan_impl.controllers.servers.view import ServerResource, view
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import changing as types
from computeapi.pecan_impl.types.servers.listing import ChangedServerDocument


class ServerUpdateController(ServerResource):
    """``PUT /servers/{server_id}``."""

    segment = "server_id"

    @expose(ChangedServerDocument, body=types.ServerUpdateDocument, faults=frozenset({409}))
    def put(self, document: types.ServerUpdateDocument) -> ChangedServerDocument:
        """Change a server."""
        request = current()
        server = request.services.servers.changing.update(
            request.context, self.server_id, document.changes()
        )
        return ChangedServerDocument.of(server, view(server), request.version)
