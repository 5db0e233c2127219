"""The live migrations of a server."""

from wsme.api import Response

from computeapi.api.servers import changes
from computeapi.api.servers.query import NO_QUERY
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import migrations as types


class MigrationActionController(ActionResource):
    """``/servers/{server_id}/migrations/{migration_id}/action``."""

    @expose(None, body=types.MigrationAction, status_code=202)
    def post(self, body: types.MigrationAction) -> Response:
        """Carry out an action on the live migration."""
        return self.run(body)

    @action()
    def force_complete(self, parameters: None) -> None:
        """Force a live migration to complete."""
        request, (server_id, migration_id) = current(), self._ids
        request.services.servers.migrations.force_complete(request.caller, server_id, migration_id)


class MigrationController(Resource):
    """``/servers/{server_id}/migrations/{migration_id}``."""

    segment = "migration_id"

    children = {"action": MigrationActionController}

    @expose(None, span=changes.ABORT_MIGRATION, status_code=202, faults=frozenset({409}))
    def delete(self) -> None:
        """Abort a live migration."""
        request, (server_id, migration_id) = current(), self._ids
        at_first = request.version in changes.ABORT_AT_FIRST
        request.services.servers.migrations.abort(request.caller, server_id, migration_id, at_first)

    @expose(types.MigrationDocument, span=changes.SERVER_MIGRATIONS, query=NO_QUERY)
    def get(self) -> types.MigrationDocument:
        """Show a live migration that goes on."""
        request, (server_id, migration_id) = current(), self._ids
        NO_QUERY.read(request.values, request.version, None)
        found = request.services.servers.migrations.get(request.caller, server_id, migration_id)
        return types.MigrationDocument(migration=types.Migration.of(found))


class MigrationsController(Resource):
    """``/servers/{server_id}/migrations``."""

    item = MigrationController

    @expose(types.Migrations, span=changes.SERVER_MIGRATIONS, query=NO_QUERY)
    def get(self) -> types.Migrations:
        """List the live migrations of a server that go on."""
        request, (server_id,) = current(), self._ids
        NO_QUERY.read(request.values, request.version, None)
        found = request.services.servers.migrations.list(request.caller, server_id)
        return types.Migrations(migrations=[types.Migration.of(one) for one in found])
