"""``/servers/{server_id}/migrations`` and the live migrations below it."""

import falcon

from computeapi.api.servers import changes
from computeapi.api.servers.query import NO_QUERY
from computeapi.falcon_impl.hooks import during
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views import migrations as views
from computeapi.service.servers import migrations


@during(changes.SERVER_MIGRATIONS)
class Migrations:
    """``/servers/{server_id}/migrations``."""

    def __init__(self, service: migrations.Migrations) -> None:
        self._service = service

    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """List the live migrations of a server that go on."""
        NO_QUERY.read(req.values, req.version, None)
        found = self._service.list(req.caller, server_id)
        resp.media = {"migrations": [views.live(one, req.version) for one in found]}


@during(changes.SERVER_MIGRATIONS)
class Migration:
    """``/servers/{server_id}/migrations/{migration_id}``."""

    def __init__(self, service: migrations.Migrations) -> None:
        self._service = service

    def on_get(
        self, req: Request, resp: falcon.Response, server_id: str, migration_id: str
    ) -> None:
        """Show a live migration that goes on."""
        NO_QUERY.read(req.values, req.version, None)
        found = self._service.get(req.caller, server_id, migration_id)
        resp.media = {"migration": views.live(found, req.version)}
