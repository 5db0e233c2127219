"""Actions that move a server to another host."""

from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers.migrating import Migrate


class Migrating(ServerResource, ActionResource):
    """``migrate``."""

    @action()
    def migrate(self, parameters: object) -> None:
        """Migrate the server."""
        self.migrate_to_host(None)

    @action()
    def migrate_to_host(self, parameters: Migrate | None) -> None:
        """Migrate the server, perhaps to a host that the caller names."""
        request = current()
        host = parameters.host if parameters else None
        request.services.servers.migrating.migrate(request.caller, self.server_id, host)
