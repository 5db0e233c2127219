"""Actions of administrators on servers."""

from typing import Any

import falcon

from computeapi.api.servers.status import RESET_STATES
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.values import choice, record
from computeapi.service.servers import administration


class Administration:
    """``os-resetState``."""

    def __init__(self, service: administration.Administration) -> None:
        self._service = service

    @action("os-resetState", record({"state": choice(RESET_STATES)}, required=("state",)))
    def reset_state(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], server_id: str
    ) -> None:
        """Reset the state of a server."""
        self._service.reset_state(req.caller, server_id, RESET_STATES[parameters["state"]])
