"""The live migrations of a server."""

from wsme.api import Response

from computeapi.api.servers import changes
from computeapi.api.servers.query import NO_QUERY
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import migrations as types


class ServerMigrationActionController(ActionResource):
    """``/servers/{server_id}/migrations/{migration_id}/action``."""

    @expose(None, body=types.ServerMigrationAction, status_code=202)
    def post(self, body: types.ServerMigrationAction) -> Response:
        """Carry out an action on the live migration."""
        return self.run(body)

    @action()
    def force_complete(self, parameters: None) -> None:
        """Force a live migration to complete."""
        request, (server_id, migration_id) = current(), self._ids
        request.services.servers.migrations.force_complete(request.context, server_id, migration_id)


class ServerMigrationController(Resource):
    """``/servers/{server_id}/migrations/{migration_id}``."""

    segment = "migration_id"

    children = {"action": ServerMigrationActionController}

    @expose(None, span=changes.ABORT_MIGRATION, status_code=202, faults=frozenset({409}))
    def delete(self) -> None:
        """Abort a live migration."""
        request, (server_id, migration_id) = current(), self._ids
        at_first = request.version in changes.ABORT_AT_FIRST
        request.services.servers.migrations.abort(
            request.context, server_id, migration_id, at_first
        )

    @expose(types.ServerMigrationDocument, span=changes.SERVER_MIGRATIONS, query=NO_QUERY)
    def get(self) -> types.ServerMigrationDocument:
        """Show a live migration that goes on."""
        request, (server_id, migration_id) = current(), self._ids
        NO_QUERY.read(request.values, request.version, None)
        found = request.services.servers.migrations.get(request.context, server_id, migration_id)
        return types.ServerMigrationDocument(migration=types.ServerMigration.of(found))


class ServerMigrationsController(Resource):
    """``/servers/{server_id}/migrations``."""

    item = ServerMigrationController

    @expose(types.ServerMigrations, span=changes.SERVER_MIGRATIONS, query=NO_QUERY)
    def get(self) -> types.ServerMigrations:
        """List the live migrations of a server that go on."""
        request, (server_id,) = current(), self._ids
        NO_QUERY.read(request.values, request.version, None)
        found = request.services.servers.migrations.list(request.context, server_id)
        return types.ServerMigrations(migrations=[types.ServerMigration.of(one) for one in found])
