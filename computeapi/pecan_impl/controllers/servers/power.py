"""Actions that start, stop and reboot a server."""

from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers.power import Reboot


class Power(ServerResource, ActionResource):
    """``os-start``, ``os-stop`` and ``reboot``."""

    @action()
    def start(self, parameters: object) -> None:
        """Start the server."""
        request = current()
        request.services.servers.power.start(request.caller, self.server_id)

    @action()
    def stop(self, parameters: object) -> None:
        """Stop the server."""
        request = current()
        request.services.servers.power.stop(request.caller, self.server_id)

    @action()
    def reboot(self, parameters: Reboot) -> None:
        """Reboot the server."""
        request = current()
        request.services.servers.power.reboot(request.caller, self.server_id, parameters.is_hard)
