"""The action that reads the console of a server."""

from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers.console import ConsoleOutput, ConsoleQuery


class Console(ServerResource, ActionResource):
    """``os-getConsoleOutput``."""

    @action(ConsoleOutput, status=200)
    def get_console_output(self, parameters: ConsoleQuery) -> ConsoleOutput:
        """Show the last lines of the console."""
        request = current()
        output = request.services.servers.console.console_output(
            request.caller, self.server_id, parameters.length
        )
        return ConsoleOutput(output=output)
