"""Actions that move a server to another host."""

from typing import Any

import falcon

from computeapi.api import values
from computeapi.api.servers import changes
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import migrating as schemas
from computeapi.service.servers import migrating


class MigratingActions:
    """``migrate`` and ``os-migrateLive``."""

    def __init__(self, service: migrating.Migrating) -> None:
        self._service = service

    @action("migrate", schemas.MIGRATE)
    def migrate(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Migrate a server."""
        host = None
        if req.version in changes.MIGRATED_TO_HOST and parameters:
            host = parameters.get("host")
        self._service.migrate(req.context, server_id, host)

    @action("os-migrateLive", schemas.MIGRATE_LIVE)
    def migrate_live(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], server_id: str
    ) -> None:
        """Migrate a server while it runs."""
        host = parameters["host"]
        unchecked = req.version in changes.LIVE_MIGRATED_UNCHECKED and host is not None
        is_forced = unchecked or values.boolean(parameters.get("force", False))
        is_refused = req.version in changes.LIVE_MIGRATED_AT_ONCE
        self._service.migrate_live(req.context, server_id, host, is_forced, is_refused)
