"""``/servers/{server_id}/os-server-password``."""

import falcon

from computeapi.api.servers.query import NO_QUERY
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views.schemas import TEXT, entity
from computeapi.service.servers import passwords

PASSWORD = entity({"password": TEXT})


class ServerPasswordResource:
    """``/servers/{server_id}/os-server-password``."""

    def __init__(self, service: passwords.Passwords) -> None:
        self._service = service

    @takes(query=NO_QUERY)
    @answers(200, PASSWORD)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Show the encrypted password of a server."""
        NO_QUERY.read(req.values, req.version, None)
        resp.media = {"password": self._service.get(req.context, server_id)}

    @answers(204)
    def on_delete(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Clear the encrypted password of a server."""
        self._service.clear(req.context, server_id)
        resp.status = falcon.HTTP_204
