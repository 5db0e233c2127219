"""Actions that show the console of a server."""

from typing import Any

import falcon

from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import console as schemas
from computeapi.service.servers import console


class Console:
    """``os-getConsoleOutput``."""

    def __init__(self, service: console.Console) -> None:
        self._service = service

    @action("os-getConsoleOutput", schemas.CONSOLE_OUTPUT, status=falcon.HTTP_200)
    def console_output(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], server_id: str
    ) -> None:
        """Show the last lines of a console's output."""
        length = parameters.get("length")
        lines = None if length is None else int(length)
        resp.media = {"output": self._service.console_output(req.caller, server_id, lines)}
