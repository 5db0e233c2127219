"""The deletion of a server."""

from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current


class Deletion(ServerResource):
    """``DELETE /servers/{server_id}``."""

    @expose(None, status_code=204)
    def delete(self) -> None:
        """Delete the server."""
        request = current()
        request.services.servers.deletion.delete(request.caller, self.server_id)
