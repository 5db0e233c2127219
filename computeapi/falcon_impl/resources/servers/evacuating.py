"""The action that evacuates a server."""

from typing import Any

import falcon

from computeapi.api import values
from computeapi.api.servers import changes
from computeapi.domain.servers.evacuating import Evacuation
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.declarations import answers
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import evacuating as schemas
from computeapi.falcon_impl.views.schemas import TEXT, entity, nullable
from computeapi.service.servers import evacuating

PASSWORD = entity({"adminPass": nullable(TEXT)})


class EvacuatingActions:
    """``evacuate``."""

    def __init__(self, service: evacuating.Evacuating) -> None:
        self._service = service

    @action("evacuate", schemas.EVACUATE, status=falcon.HTTP_200)
    @answers(200, PASSWORD, changes.ON_SHARED_STORAGE)
    @answers(200, None, changes.EVACUATED_WITHOUT_PASSWORD)
    def evacuate(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], server_id: str
    ) -> None:
        """Evacuate a server."""
        given, host = parameters, parameters.get("host")
        unchecked = req.version in changes.EVACUATED_TO_HOST_UNCHECKED and host is not None
        shared = given.get("onSharedStorage")
        wanted = Evacuation(
            host=host,
            is_forced=unchecked or values.boolean(given.get("force", False)),
            admin_password=given.get("adminPass"),
            on_shared_storage=None if shared is None else values.boolean(shared),
            stays_off=req.version in changes.EVACUATED_OFF,
        )
        password = self._service.evacuate(req.context, server_id, wanted)
        if req.version in changes.ON_SHARED_STORAGE:
            resp.media = {"adminPass": password}
