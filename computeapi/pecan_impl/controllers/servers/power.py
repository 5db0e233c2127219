"""Actions that start, stop, reboot, pause and suspend a server."""

from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers.power import Reboot


class PowerActionController(ServerResource, ActionResource):
    """``os-start``, ``os-stop``, ``reboot``, ``pause``, ``unpause``, ``suspend`` and ``resume``."""

    @action()
    def start(self, parameters: object) -> None:
        """Start a server."""
        request = current()
        request.services.servers.power.start(request.context, self.server_id)

    @action()
    def stop(self, parameters: object) -> None:
        """Stop a server."""
        request = current()
        request.services.servers.power.stop(request.context, self.server_id)

    @action()
    def reboot(self, parameters: Reboot) -> None:
        """Reboot a server."""
        request = current()
        request.services.servers.power.reboot(request.context, self.server_id, parameters.is_hard)

    @action()
    def pause(self, parameters: object) -> None:
        """Pause a server."""
        request = current()
        request.services.servers.power.pause(request.context, self.server_id)

    @action()
    def unpause(self, parameters: object) -> None:
        """Unpause a server."""
        request = current()
        request.services.servers.power.unpause(request.context, self.server_id)

    @action()
    def suspend(self, parameters: object) -> None:
        """Suspend a server."""
        request = current()
        request.services.servers.power.suspend(request.context, self.server_id)

    @action()
    def resume(self, parameters: object) -> None:
        """Resume a suspended server."""
        request = current()
        request.services.servers.power.resume(request.context, self.server_id)
