"""``PUT /servers/{server_id}``."""

import falcon

from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import changing as schemas
from computeapi.falcon_impl.views.servers import changing as views
from computeapi.falcon_impl.views.servers.view import View
from computeapi.policies.enforcer import Enforcer
from computeapi.service.servers.changing import Changing


class Server:
    """``/servers/{server_id}``."""

    def __init__(self, service: Changing, policy: Enforcer) -> None:
        self._service = service
        self._policy = policy

    def on_put(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Change a server."""
        changes = schemas.changes(schemas.UPDATE.read(req))
        server = self._service.update(req.caller, server_id, changes)
        resp.media = {"server": views.changed(server, View.of(req, self._policy))}
