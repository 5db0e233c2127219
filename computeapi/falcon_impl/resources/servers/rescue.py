"""Actions that boot a server from a rescue image, and from its own disk again."""

from typing import Any

import falcon

from computeapi.api.servers import changes
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.declarations import answers
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import rescue as schemas
from computeapi.falcon_impl.schemas.values import ANYTHING
from computeapi.falcon_impl.views.schemas import TEXT, at_times, entity
from computeapi.service.servers import rescue

PASSWORD = entity({"adminPass": at_times(TEXT)})


class RescueActions:
    """``rescue`` and ``unrescue``."""

    def __init__(self, service: rescue.Rescue) -> None:
        self._service = service

    @action("rescue", schemas.RESCUE, status=falcon.HTTP_200)
    @answers(200, PASSWORD)
    def rescue(
        self, req: Request, resp: falcon.Response, parameters: dict[str, str] | None, server_id: str
    ) -> None:
        """Rescue a server."""
        given = parameters or {}
        image_ref, password = given.get("rescue_image_ref"), given.get("adminPass")
        of_volumes = req.version in changes.VOLUME_RESCUE
        shown = self._service.rescue(req.context, server_id, image_ref, password, of_volumes)
        resp.media = {} if shown is None else {"adminPass": shown}

    @action("unrescue", ANYTHING)
    def unrescue(
        self, req: Request, resp: falcon.Response, parameters: Any, server_id: str
    ) -> None:
        """End the rescue of a server."""
        self._service.unrescue(req.context, server_id)
