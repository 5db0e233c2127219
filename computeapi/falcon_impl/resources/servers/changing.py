"""``PUT /servers/{server_id}``."""

import falcon

from computeapi.falcon_impl.declarations import answers, fails, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.resources.servers.viewing import Viewing
from computeapi.falcon_impl.schemas.servers import changing as schemas
from computeapi.falcon_impl.views.servers import listing as views
from computeapi.service.servers.changing import Changing


class ServerUpdateResource:
    """``/servers/{server_id}``."""

    def __init__(self, service: Changing, viewing: Viewing) -> None:
        self._service = service
        self._viewing = viewing

    @takes(schemas.UPDATE)
    @answers(200, views.CHANGED_SERVER)
    @fails(409)
    def on_put(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Change a server."""
        changes = schemas.read_changes(schemas.UPDATE.read(req))
        server = self._service.update(req.context, server_id, changes)
        resp.media = {"server": views.changed(server, self._viewing.of(req, server))}
