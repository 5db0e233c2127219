"""Actions that shelve a server, remove it from its host, and unshelve it."""

from typing import Any

import falcon

from computeapi.api.servers import changes
from computeapi.domain.servers.shelving import NOWHERE, Unshelving
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import shelving as schemas
from computeapi.falcon_impl.schemas.values import ANYTHING
from computeapi.service.servers import shelving


class ShelvingActions:
    """``shelve``, ``shelveOffload`` and ``unshelve``."""

    def __init__(self, service: shelving.Shelving) -> None:
        self._service = service

    @action("shelve", ANYTHING)
    def shelve(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Shelve a server."""
        self._service.shelve(req.context, server_id)

    @action("shelveOffload", ANYTHING)
    def offload(self, req: Request, resp: falcon.Response, parameters: Any, server_id: str) -> None:
        """Remove a shelved server from its host."""
        self._service.offload(req.context, server_id)

    @action("unshelve", schemas.UNSHELVE)
    def unshelve(
        self, req: Request, resp: falcon.Response, parameters: Any, server_id: str
    ) -> None:
        """Unshelve a server."""
        wanted = NOWHERE
        if req.version not in changes.UNSHELVE_WITHOUT_ZONE and parameters:
            wanted = Unshelving(
                zone=parameters.get("availability_zone"),
                sets_zone="availability_zone" in parameters,
                host=parameters.get("host"),
            )
        self._service.unshelve(req.context, server_id, wanted)
