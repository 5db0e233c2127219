"""Actions that move a server to another host."""

from computeapi.api.servers import changes
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers.migrating import Migrate, MigrateLive


class MigratingActionController(ServerResource, ActionResource):
    """``migrate`` and ``os-migrateLive``."""

    @action()
    def migrate(self, parameters: object) -> None:
        """Migrate a server."""
        self.migrate_to_host(None)

    @action()
    def migrate_to_host(self, parameters: Migrate | None) -> None:
        """Migrate a server."""
        request = current()
        host = parameters.host if parameters else None
        request.services.servers.migrating.migrate(request.context, self.server_id, host)

    @action()
    def migrate_live(self, parameters: MigrateLive) -> None:
        """Migrate a server while it runs."""
        request, host = current(), parameters.host
        unchecked = request.version in changes.LIVE_MIGRATED_UNCHECKED and host is not None
        is_refused = request.version in changes.LIVE_MIGRATED_AT_ONCE
        request.services.servers.migrating.migrate_live(
            request.context, self.server_id, host, unchecked or parameters.force, is_refused
        )
