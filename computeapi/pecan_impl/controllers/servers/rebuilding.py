"""The action that makes a server's disks anew."""

import pecan

from computeapi.api.servers import changes
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource, view
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import rebuilding as types


class RebuildingActionController(ServerResource, ActionResource):
    """``rebuild``."""

    @action(types.RebuiltServerDocument)
    def rebuild(self, parameters: types.Rebuild) -> types.RebuiltServerDocument:
        """Rebuild a server."""
        request = current()
        result = request.services.servers.rebuilding.rebuild(
            request.context,
            self.server_id,
            parameters.request(),
            reimages=request.version in changes.VOLUME_REIMAGED,
        )
        href = request.links.self_link("servers", self.server_id)
        pecan.response.headers["Location"] = href
        return types.RebuiltServerDocument.of(result, view(result.server), request.version)
