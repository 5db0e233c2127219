"""Actions that start, stop and reboot a server."""

from typing import Any

import falcon

from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import power as schemas
from computeapi.falcon_impl.schemas.values import ANYTHING
from computeapi.service.servers import power


class Power:
    """``os-start``, ``os-stop`` and ``reboot``."""

    def __init__(self, service: power.Power) -> None:
        self._service = service

    @action("os-start", ANYTHING)
    def start(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Start a server."""
        self._service.start(req.caller, server_id)

    @action("os-stop", ANYTHING)
    def stop(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Stop a server."""
        self._service.stop(req.caller, server_id)

    @action("reboot", schemas.REBOOT)
    def reboot(
        self, req: Request, resp: falcon.Response, parameters: dict[str, str], server_id: str
    ) -> None:
        """Reboot a server."""
        is_hard = parameters["type"].upper() == "HARD"
        self._service.reboot(req.caller, server_id, hard=is_hard)
