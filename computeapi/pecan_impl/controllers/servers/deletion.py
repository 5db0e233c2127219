"""The deletion of a server."""

from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current


class ServerDeleteController(ServerResource):
    """``DELETE /servers/{server_id}``."""

    segment = "server_id"

    @expose(None, status_code=204, faults=frozenset({409}))
    def delete(self) -> None:
        """Delete a server."""
        request = current()
        request.services.servers.deletion.delete(request.context, self.server_id)


class DeletionActionController(ServerResource, ActionResource):
    """``forceDelete`` and ``restore``."""

    @action()
    def force_delete(self, parameters: object) -> None:
        """Delete a server at once."""
        request = current()
        request.services.servers.deletion.force_delete(request.context, self.server_id)

    @action()
    def restore(self, parameters: object) -> None:
        """Restore a server."""
        request = current()
        request.services.servers.deletion.restore(request.context, self.server_id)
