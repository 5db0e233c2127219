"""The action that evacuates a server."""

from computeapi.api.servers import changes
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.expose import keep_200
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import evacuating as types


class EvacuatingActionController(ServerResource, ActionResource):
    """``evacuate``."""

    @action(types.EvacuatedServer, status=200)
    def evacuate_with_storage(self, parameters: types.EvacuateWithStorage) -> types.EvacuatedServer:
        """Evacuate a server."""
        request = current()
        wanted = types.evacuation(parameters, is_forced=parameters.host is not None)
        password = request.services.servers.evacuating.evacuate(
            request.context, self.server_id, wanted
        )
        return types.EvacuatedServer(admin_password=password)

    @action(status=200)
    def evacuate(self, parameters: types.Evacuate) -> None:
        """Evacuate a server."""
        request, version = current(), current().version
        unchecked = version in changes.EVACUATED_TO_HOST_UNCHECKED and parameters.host is not None
        wanted = types.evacuation(
            parameters, unchecked or parameters.force, version in changes.EVACUATED_OFF
        )
        request.services.servers.evacuating.evacuate(request.context, self.server_id, wanted)
        keep_200()
