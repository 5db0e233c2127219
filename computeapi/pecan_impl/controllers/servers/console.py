"""The actions and the controller of the consoles of a server."""

from computeapi.api.servers import changes
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import console as types


def _url(server_id: str, protocol: str, kind: str) -> str:
    """Return a URL that opens a console of a server."""
    request = current()
    service = request.services.servers.console
    return service.remote_console(request.context, server_id, protocol, kind)


class ConsoleActionController(ServerResource, ActionResource):
    """``os-getConsoleOutput``, and the actions that opened consoles of one protocol each."""

    @action(types.ConsoleOutput, status=200)
    def get_console_output(self, parameters: types.ConsoleQuery) -> types.ConsoleOutput:
        """Show the last lines of a console's output."""
        request = current()
        output = request.services.servers.console.console_output(
            request.context, self.server_id, parameters.length
        )
        return types.ConsoleOutput(output=output)

    @action(types.ConsoleDocument, status=200)
    def get_vnc_console(self, parameters: types.VNCConsole) -> types.ConsoleDocument:
        """Open the screen by VNC."""
        return self._opened("vnc", parameters.type)

    @action(types.ConsoleDocument, status=200)
    def get_spice_console(self, parameters: types.SPICEConsole) -> types.ConsoleDocument:
        """Open the screen by SPICE."""
        return self._opened("spice", parameters.type)

    @action(types.ConsoleDocument, status=200)
    def get_serial_console(self, parameters: types.SerialConsole) -> types.ConsoleDocument:
        """Open the serial line."""
        return self._opened("serial", parameters.type)

    def _opened(self, protocol: str, kind: str) -> types.ConsoleDocument:
        url = _url(self.server_id, protocol, kind)
        return types.ConsoleDocument(console=types.Console(type=kind, url=url))


class RemoteConsolesController(ServerResource):
    """``/servers/{server_id}/remote-consoles``."""

    @expose(
        types.RemoteConsoleDocument,
        body=types.RemoteConsoleCreateDocument,
        span=changes.REMOTE_CONSOLES,
        faults=frozenset({409}),
    )
    def post(self, document: types.RemoteConsoleCreateDocument) -> types.RemoteConsoleDocument:
        """Open a console."""
        protocol, kind = document.remote_console.wanted
        url = _url(self.server_id, protocol, kind)
        console = types.RemoteConsole(protocol=protocol, type=kind, url=url)
        return types.RemoteConsoleDocument(remote_console=console)
