"""Actions and resources of the consoles of a server."""

from typing import Any

import falcon

from computeapi.api.servers import changes
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.declarations import answers, fails, takes
from computeapi.falcon_impl.hooks import during
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import console as schemas
from computeapi.falcon_impl.views.schemas import TEXT, entity
from computeapi.service.servers import console

OUTPUT = entity({"output": TEXT})
CONSOLE = entity({"console": entity({"type": TEXT, "url": TEXT})})
REMOTE_CONSOLE = entity({"remote_console": entity({"protocol": TEXT, "type": TEXT, "url": TEXT})})


class ConsoleActions:
    """``os-getConsoleOutput``, and the actions that opened consoles of one protocol each."""

    def __init__(self, service: console.Console) -> None:
        self._service = service

    @action("os-getConsoleOutput", schemas.CONSOLE_OUTPUT, status=falcon.HTTP_200)
    @answers(200, OUTPUT)
    def console_output(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], server_id: str
    ) -> None:
        """Show the last lines of a console's output."""
        length = parameters.get("length")
        lines = None if length is None else int(length)
        resp.media = {"output": self._service.console_output(req.context, server_id, lines)}

    @action("os-getVNCConsole", schemas.VNC, changes.CONSOLE_ACTIONS, falcon.HTTP_200)
    @answers(200, CONSOLE)
    def vnc(
        self, req: Request, resp: falcon.Response, parameters: dict[str, str], server_id: str
    ) -> None:
        """Open the screen by VNC."""
        self._open(req, resp, "vnc", parameters["type"], server_id)

    @action("os-getSPICEConsole", schemas.SPICE, changes.CONSOLE_ACTIONS, falcon.HTTP_200)
    @answers(200, CONSOLE)
    def spice(
        self, req: Request, resp: falcon.Response, parameters: dict[str, str], server_id: str
    ) -> None:
        """Open the screen by SPICE."""
        self._open(req, resp, "spice", parameters["type"], server_id)

    @action("os-getSerialConsole", schemas.SERIAL, changes.CONSOLE_ACTIONS, falcon.HTTP_200)
    @answers(200, CONSOLE)
    def serial(
        self, req: Request, resp: falcon.Response, parameters: dict[str, str], server_id: str
    ) -> None:
        """Open the serial line."""
        self._open(req, resp, "serial", parameters["type"], server_id)

    def _open(
        self, req: Request, resp: falcon.Response, protocol: str, kind: str, server_id: str
    ) -> None:
        url = self._service.remote_console(req.context, server_id, protocol, kind)
        resp.media = {"console": {"type": kind, "url": url}}


@during(changes.REMOTE_CONSOLES)
class RemoteConsolesResource:
    """``/servers/{server_id}/remote-consoles``."""

    def __init__(self, service: console.Console) -> None:
        self._service = service

    @takes(schemas.REMOTE_CONSOLE)
    @answers(200, REMOTE_CONSOLE)
    @fails(409)
    def on_post(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Open a console."""
        wanted = schemas.REMOTE_CONSOLE.read(req)["remote_console"]
        protocol, kind = wanted["protocol"], wanted["type"]
        url = self._service.remote_console(req.context, server_id, protocol, kind)
        resp.media = {"remote_console": {"protocol": protocol, "type": kind, "url": url}}
