"""Actions that make images of a server."""

import pecan

from computeapi.api.servers import changes
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import snapshots as types


class SnapshotActionController(ServerResource, ActionResource):
    """``createImage`` and ``createBackup``."""

    @action(types.NewImageDocument, span=changes.IMAGE_IN_BODY)
    def create_image(self, parameters: types.CreateImage) -> types.NewImageDocument | None:
        """Make an image of a server."""
        request = current()
        image_id = request.services.servers.snapshots.create_image(
            request.context, self.server_id, parameters.wanted()
        )
        return _shown(image_id)

    @action(types.NewImageDocument, span=changes.IMAGE_IN_BODY)
    def create_backup(self, parameters: types.CreateBackup) -> types.NewImageDocument | None:
        """Make a backup of a server, and remove the oldest ones."""
        request = current()
        image_id = request.services.servers.snapshots.create_backup(
            request.context,
            self.server_id,
            parameters.wanted(),
            parameters.backup_type,
            parameters.rotation,
        )
        # An image that is removed at once has no address.
        return _shown(image_id, has_address=parameters.rotation > 0)


def _shown(image_id: str, has_address: bool = True) -> types.NewImageDocument | None:
    """Return the document that shows an image, or None where a header does."""
    request = current()
    if request.version in changes.IMAGE_IN_BODY:
        return types.NewImageDocument(image_id=image_id)
    if has_address:
        location = request.services.servers.snapshots.location(image_id)
        href = location or request.links.self_link("images", image_id)
        pecan.response.headers["Location"] = href
    return None
