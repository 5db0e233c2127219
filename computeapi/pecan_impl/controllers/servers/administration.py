"""Actions that administer servers."""

from computeapi.api.servers.status import RESET_STATES
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers.administration import ChangePassword, ResetState


class AdministrationActionController(ServerResource, ActionResource):
    """``os-resetState``, ``injectNetworkInfo``, ``changePassword``, ``trigger_crash_dump``."""

    @action()
    def reset_state(self, parameters: ResetState) -> None:
        """Reset the state of a server."""
        request = current()
        request.services.servers.administration.reset_state(
            request.context, self.server_id, RESET_STATES[parameters.state]
        )

    @action()
    def inject_network_info(self, parameters: object) -> None:
        """Inject the network information into a server."""
        request = current()
        request.services.servers.administration.inject_network_info(request.context, self.server_id)

    @action()
    def change_password(self, parameters: ChangePassword) -> None:
        """Change the administrative password of a server."""
        request = current()
        request.services.servers.administration.change_password(
            request.context, self.server_id, parameters.password
        )

    @action()
    def trigger_crash_dump(self, parameters: None) -> None:
        """Trigger a crash dump in a server."""
        request = current()
        request.services.servers.administration.trigger_crash_dump(request.context, self.server_id)
