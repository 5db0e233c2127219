"""``/servers/{server_id}/migrations`` and the live migrations below it."""

import falcon

from computeapi.api.servers import changes
from computeapi.api.servers.query import NO_QUERY
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.declarations import answers, fails, takes
from computeapi.falcon_impl.hooks import during
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views import migrations as views
from computeapi.service.servers import migrations


@during(changes.SERVER_MIGRATIONS)
class ServerMigrationsResource:
    """``/servers/{server_id}/migrations``."""

    def __init__(self, service: migrations.ServerMigrations) -> None:
        self._service = service

    @takes(query=NO_QUERY)
    @answers(200, views.LIVES)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """List the live migrations of a server that go on."""
        NO_QUERY.read(req.values, req.version, None)
        found = self._service.list(req.context, server_id)
        resp.media = {"migrations": [views.live(one, req.version) for one in found]}


class ServerMigrationResource:
    """``/servers/{server_id}/migrations/{migration_id}``."""

    def __init__(self, service: migrations.ServerMigrations) -> None:
        self._service = service

    @during(changes.SERVER_MIGRATIONS)
    @takes(query=NO_QUERY)
    @answers(200, views.LIVE)
    def on_get(
        self, req: Request, resp: falcon.Response, server_id: str, migration_id: str
    ) -> None:
        """Show a live migration that goes on."""
        NO_QUERY.read(req.values, req.version, None)
        found = self._service.get(req.context, server_id, migration_id)
        resp.media = {"migration": views.live(found, req.version)}

    @during(changes.ABORT_MIGRATION)
    @answers(202)
    @fails(409)
    def on_delete(
        self, req: Request, resp: falcon.Response, server_id: str, migration_id: str
    ) -> None:
        """Abort a live migration."""
        at_first = req.version in changes.ABORT_AT_FIRST
        self._service.abort(req.context, server_id, migration_id, at_first)
        resp.status = falcon.HTTP_202


class ServerMigrationActions:
    """``/servers/{server_id}/migrations/{migration_id}/action``."""

    def __init__(self, service: migrations.ServerMigrations) -> None:
        self._service = service

    @action("force_complete", {"type": "null"}, changes.FORCE_COMPLETE)
    def force_complete(
        self,
        req: Request,
        resp: falcon.Response,
        parameters: None,
        server_id: str,
        migration_id: str,
    ) -> None:
        """Force a live migration to complete."""
        self._service.force_complete(req.context, server_id, migration_id)
