"""Actions that start, stop, reboot, pause and suspend a server."""

from typing import Any

import falcon

from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import power as schemas
from computeapi.falcon_impl.schemas.values import ANYTHING
from computeapi.service.servers import power


class PowerActions:
    """``os-start``, ``os-stop``, ``reboot``, ``pause``, ``unpause``, ``suspend`` and ``resume``."""

    def __init__(self, service: power.Power) -> None:
        self._service = service

    @action("os-start", ANYTHING)
    def start(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Start a server."""
        self._service.start(req.context, server_id)

    @action("os-stop", ANYTHING)
    def stop(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Stop a server."""
        self._service.stop(req.context, server_id)

    @action("reboot", schemas.REBOOT)
    def reboot(
        self, req: Request, resp: falcon.Response, parameters: dict[str, str], server_id: str
    ) -> None:
        """Reboot a server."""
        is_hard = parameters["type"].upper() == "HARD"
        self._service.reboot(req.context, server_id, hard=is_hard)

    @action("pause", ANYTHING)
    def pause(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Pause a server."""
        self._service.pause(req.context, server_id)

    @action("unpause", ANYTHING)
    def unpause(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Unpause a server."""
        self._service.unpause(req.context, server_id)

    @action("suspend", ANYTHING)
    def suspend(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Suspend a server."""
        self._service.suspend(req.context, server_id)

    @action("resume", ANYTHING)
    def resume(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Resume a suspended server."""
        self._service.resume(req.context, server_id)
