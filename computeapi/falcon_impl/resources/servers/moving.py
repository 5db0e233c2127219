"""Actions that resize a server, and that confirm or revert this."""

from typing import Any

import falcon

from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import moving as schemas
from computeapi.falcon_impl.schemas.values import ANYTHING
from computeapi.service.servers import moving


class MovingActions:
    """``resize``, ``confirmResize`` and ``revertResize``."""

    def __init__(self, service: moving.Moving) -> None:
        self._service = service

    @action("resize", schemas.RESIZE)
    def resize(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], server_id: str
    ) -> None:
        """Give a server another flavor."""
        flavor_ref, disk_config = str(parameters["flavorRef"]), parameters.get("OS-DCF:diskConfig")
        self._service.resize(req.context, server_id, flavor_ref, disk_config)

    @action("confirmResize", ANYTHING, status=falcon.HTTP_204)
    def confirm(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Confirm a resize."""
        self._service.confirm(req.context, server_id)

    @action("revertResize", ANYTHING)
    def revert(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Revert a resize."""
        self._service.revert(req.context, server_id)
