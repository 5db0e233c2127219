"""Actions that boot a server from a rescue image, and from its own disk again."""

from computeapi.api.servers import changes
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import rescue as types


class RescueActionController(ServerResource, ActionResource):
    """``rescue`` and ``unrescue``."""

    @action(types.Rescued, status=200)
    def rescue(self, parameters: types.Rescue | None) -> types.Rescued:
        """Rescue a server."""
        request, given = current(), parameters or types.Rescue()
        password = request.services.servers.rescue.rescue(
            request.context,
            self.server_id,
            given.image_ref,
            given.admin_password,
            of_volumes=request.version in changes.VOLUME_RESCUE,
        )
        return types.Rescued.of(password)

    @action()
    def unrescue(self, parameters: object) -> None:
        """End the rescue of a server."""
        request = current()
        request.services.servers.rescue.unrescue(request.context, self.server_id)
