"""The password that a server keeps for its owner."""

from computeapi.api.servers.query import NO_QUERY
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers.passwords import Password


class ServerPasswordController(ServerResource):
    """``/servers/{server_id}/os-server-password``."""

    @expose(Password, query=NO_QUERY)
    def get(self) -> Password:
        """Show the encrypted password of a server."""
        request = current()
        NO_QUERY.read(request.values, request.version, None)
        service = request.services.servers.passwords
        return Password(password=service.get(request.context, self.server_id))

    @expose(None, status_code=204)
    def delete(self) -> None:
        """Clear the encrypted password of a server."""
        request = current()
        request.services.servers.passwords.clear(request.context, self.server_id)
