"""Actions that lock and unlock a server."""

from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers.locking import Lock


class LockingActionController(ServerResource, ActionResource):
    """``lock`` and ``unlock``."""

    @action()
    def lock(self, parameters: object) -> None:
        """Lock a server."""
        self.lock_with_reason(None)

    @action()
    def lock_with_reason(self, parameters: Lock | None) -> None:
        """Lock a server."""
        request = current()
        reason = parameters.reason if parameters else None
        request.services.servers.locking.lock(request.context, self.server_id, reason)

    @action()
    def unlock(self, parameters: object) -> None:
        """Unlock a server."""
        request = current()
        request.services.servers.locking.unlock(request.context, self.server_id)
