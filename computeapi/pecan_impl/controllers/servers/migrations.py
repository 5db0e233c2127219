"""The live migrations of a server."""

from computeapi.api.servers import changes
from computeapi.api.servers.query import NO_QUERY
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import migrations as types


class MigrationController(Resource):
    """``/servers/{server_id}/migrations/{migration_id}``."""

    @expose(types.MigrationDocument, span=changes.SERVER_MIGRATIONS)
    def get(self) -> types.MigrationDocument:
        """Show a live migration that goes on."""
        request, (server_id, migration_id) = current(), self._ids
        NO_QUERY.read(request.values, request.version, None)
        found = request.services.servers.migrations.get(request.caller, server_id, migration_id)
        return types.MigrationDocument(migration=types.Migration.of(found))


class MigrationsController(Resource):
    """``/servers/{server_id}/migrations``."""

    item = MigrationController

    @expose(types.Migrations, span=changes.SERVER_MIGRATIONS)
    def get(self) -> types.Migrations:
        """List the live migrations of the server that go on."""
        request, (server_id,) = current(), self._ids
        NO_QUERY.read(request.values, request.version, None)
        found = request.services.servers.migrations.list(request.caller, server_id)
        return types.Migrations(migrations=[types.Migration.of(one) for one in found])
