"""Actions of administrators on servers."""

from computeapi.api.servers.status import RESET_STATES
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers.administration import ResetState


class Administration(ServerResource, ActionResource):
    """``os-resetState``."""

    @action()
    def reset_state(self, parameters: ResetState) -> None:
        """Reset the state of the server."""
        request = current()
        request.services.servers.administration.reset_state(
            request.caller, self.server_id, RESET_STATES[parameters.state]
        )
