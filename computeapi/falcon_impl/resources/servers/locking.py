"""Actions that lock and unlock a server."""

from typing import Any

import falcon

from computeapi.api.servers import changes
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import locking as schemas
from computeapi.falcon_impl.schemas.values import ANYTHING
from computeapi.service.servers import locking


class LockingActions:
    """``lock`` and ``unlock``."""

    def __init__(self, service: locking.Locking) -> None:
        self._service = service

    @action("lock", schemas.LOCK)
    def lock(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Lock a server."""
        reason = None
        if req.version in changes.LOCK_REASON and parameters:
            reason = parameters.get("locked_reason")
        self._service.lock(req.context, server_id, reason)

    @action("unlock", ANYTHING)
    def unlock(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Unlock a server."""
        self._service.unlock(req.context, server_id)
