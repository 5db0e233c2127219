"""``/servers/{server_id}/os-volume_attachments`` and the paths below it."""

import falcon

from computeapi.api.servers import changes
from computeapi.api.servers.volume_attachments import QUERY, page
from computeapi.falcon_impl.declarations import answers, fails, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import volume_attachments as schemas
from computeapi.falcon_impl.views.servers import volume_attachments as views
from computeapi.service.servers import volume_attachments


class VolumeAttachmentsResource:
    """``/servers/{server_id}/os-volume_attachments``."""

    def __init__(self, service: volume_attachments.VolumeAttachments, max_limit: int) -> None:
        self._service = service
        self._max_limit = max_limit

    @takes(query=QUERY)
    @answers(200, views.ATTACHMENTS)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """List the volumes of a server."""
        asked = page(req.values, req.version, self._max_limit)
        shown = self._service.list(req.context, server_id)[asked]
        resp.media = {"volumeAttachments": [views.detail(one, req.version) for one in shown]}

    @takes(schemas.ATTACH)
    @answers(200, views.NEW_ATTACHMENT, changes.ATTACHED_AT_ONCE)
    @answers(202, None, changes.ATTACHED_LATER)
    @fails(409)
    def on_post(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Attach a volume to a server."""
        new = schemas.new_attachment(schemas.ATTACH.read(req))
        to_shelved = req.version in changes.SHELVED_VOLUMES
        multiattach = req.version in changes.MULTIATTACH
        attachment = self._service.attach(req.context, server_id, new, to_shelved, multiattach)
        if req.version in changes.ATTACHED_LATER:
            resp.status = falcon.HTTP_202
        else:
            resp.media = {"volumeAttachment": views.attached(attachment, req.version)}


class VolumeAttachmentResource:
    """``/servers/{server_id}/os-volume_attachments/{volume_id}``."""

    def __init__(self, service: volume_attachments.VolumeAttachments) -> None:
        self._service = service

    @answers(200, views.ATTACHMENT)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str, volume_id: str) -> None:
        """Show a volume of a server."""
        found = self._service.get(req.context, server_id, volume_id)
        resp.media = {"volumeAttachment": views.detail(found, req.version)}

    @takes(schemas.UPDATE)
    @answers(202)
    @fails(409)
    def on_put(self, req: Request, resp: falcon.Response, server_id: str, volume_id: str) -> None:
        """Change the attachment of a volume, or put another volume in its place."""
        change = schemas.change(schemas.UPDATE.read(req))
        if req.version in changes.ATTACHMENT_CHANGE:
            self._service.update(req.context, server_id, volume_id, change)
        else:
            self._service.swap(req.context, server_id, volume_id, change.volume_id)
        resp.status = falcon.HTTP_202

    @answers(202)
    @fails(409)
    def on_delete(
        self, req: Request, resp: falcon.Response, server_id: str, volume_id: str
    ) -> None:
        """Detach a volume from a server."""
        from_shelved = req.version in changes.SHELVED_VOLUMES
        self._service.detach(req.context, server_id, volume_id, from_shelved)
        resp.status = falcon.HTTP_202
