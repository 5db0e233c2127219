"""``DELETE /servers/{server_id}``."""

import falcon

from computeapi.falcon_impl.request import Request
from computeapi.service.servers.deletion import Deletion


class Server:
    """``/servers/{server_id}``."""

    def __init__(self, service: Deletion) -> None:
        self._service = service

    def on_delete(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Delete a server."""
        self._service.delete(req.caller, server_id)
        resp.status = falcon.HTTP_204
