"""Actions that resize a server, and that confirm or revert this."""

from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers.moving import Resize


class MovingActionController(ServerResource, ActionResource):
    """``resize``, ``confirmResize`` and ``revertResize``."""

    @action()
    def resize(self, parameters: Resize) -> None:
        """Give a server another flavor."""
        request = current()
        request.services.servers.moving.resize(
            request.context, self.server_id, parameters.flavor_ref, parameters.kept_disk_config
        )

    @action(status=204)
    def confirm(self, parameters: object) -> None:
        """Confirm a resize."""
        request = current()
        request.services.servers.moving.confirm(request.context, self.server_id)

    @action()
    def revert(self, parameters: object) -> None:
        """Revert a resize."""
        request = current()
        request.services.servers.moving.revert(request.context, self.server_id)
