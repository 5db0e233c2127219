"""Actions that make images of a server."""

from typing import Any

import falcon

from computeapi.api.servers import changes
from computeapi.domain.servers.snapshots import NewSnapshot
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.declarations import answers
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import snapshots as schemas
from computeapi.falcon_impl.views.schemas import TEXT, entity
from computeapi.service.servers import snapshots

IMAGE = entity({"image_id": TEXT})


class SnapshotActions:
    """``createImage`` and ``createBackup``."""

    def __init__(self, service: snapshots.Snapshots) -> None:
        self._service = service

    @action("createImage", schemas.CREATE_IMAGE)
    @answers(202, None, changes.IMAGE_IN_HEADER)
    @answers(202, IMAGE, changes.IMAGE_IN_BODY)
    def create_image(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], server_id: str
    ) -> None:
        """Make an image of a server."""
        image_id = self._service.create_image(req.context, server_id, _wanted(parameters))
        self._show(req, resp, image_id)

    @action("createBackup", schemas.CREATE_BACKUP)
    @answers(202, None, changes.IMAGE_IN_HEADER)
    @answers(202, IMAGE, changes.IMAGE_IN_BODY)
    def create_backup(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], server_id: str
    ) -> None:
        """Make a backup of a server, and remove the oldest ones."""
        backup_type, rotation = parameters["backup_type"], int(parameters["rotation"])
        image_id = self._service.create_backup(
            req.context, server_id, _wanted(parameters), backup_type, rotation
        )
        # An image that is removed at once has no address.
        if rotation or req.version in changes.IMAGE_IN_BODY:
            self._show(req, resp, image_id)

    def _show(self, req: Request, resp: falcon.Response, image_id: str) -> None:
        if req.version in changes.IMAGE_IN_BODY:
            resp.media = {"image_id": image_id}
            return
        location = self._service.location(image_id)
        resp.location = location or req.links.self_link("images", image_id)


def _wanted(parameters: dict[str, Any]) -> NewSnapshot:
    return NewSnapshot(parameters["name"], parameters.get("metadata", {}))
