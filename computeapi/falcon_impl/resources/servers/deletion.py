"""``DELETE /servers/{server_id}`` and the actions ``forceDelete`` and ``restore``."""

from typing import Any

import falcon

from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.declarations import answers, fails
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.values import ANYTHING
from computeapi.service.servers.deletion import Deletion


class ServerDeleteResource:
    """``/servers/{server_id}``."""

    def __init__(self, service: Deletion) -> None:
        self._service = service

    @answers(204)
    @fails(409)
    def on_delete(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Delete a server."""
        self._service.delete(req.context, server_id)
        resp.status = falcon.HTTP_204


class DeletionActions:
    """``forceDelete`` and ``restore``."""

    def __init__(self, service: Deletion) -> None:
        self._service = service

    @action("forceDelete", ANYTHING)
    def force_delete(
        self, req: Request, resp: falcon.Response, parameters: Any, server_id: str
    ) -> None:
        """Delete a server at once."""
        self._service.force_delete(req.context, server_id)

    @action("restore", ANYTHING)
    def restore(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Restore a server."""
        self._service.restore(req.context, server_id)
