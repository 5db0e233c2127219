"""Actions that move a server to another host."""

from typing import Any

import falcon

from computeapi.api.servers import changes
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import migrating as schemas
from computeapi.service.servers import migrating


class Migrating:
    """``migrate``."""

    def __init__(self, service: migrating.Migrating) -> None:
        self._service = service

    @action("migrate", schemas.MIGRATE)
    def migrate(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Migrate a server."""
        host = None
        if req.version in changes.MIGRATED_TO_HOST and parameters:
            host = parameters.get("host")
        self._service.migrate(req.caller, server_id, host)
