"""The action that makes a server's disks anew."""

from typing import Any

import falcon

from computeapi.api.servers import changes
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.declarations import answers
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.resources.servers.viewing import Viewing
from computeapi.falcon_impl.schemas.servers import rebuilding as schemas
from computeapi.falcon_impl.views.servers import rebuilding as views
from computeapi.service.servers import rebuilding


class RebuildingActions:
    """``rebuild``."""

    def __init__(self, service: rebuilding.Rebuilding, viewing: Viewing) -> None:
        self._service = service
        self._viewing = viewing

    @action("rebuild", schemas.REBUILD)
    @answers(202, views.REBUILT_SERVER)
    def rebuild(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], server_id: str
    ) -> None:
        """Rebuild a server."""
        reimages = req.version in changes.VOLUME_REIMAGED
        wanted = schemas.read(parameters)
        result = self._service.rebuild(req.context, server_id, wanted, reimages)
        resp.location = req.links.self_link("servers", server_id)
        resp.media = {"server": views.rebuilt(result, self._viewing.of(req, result.server))}
