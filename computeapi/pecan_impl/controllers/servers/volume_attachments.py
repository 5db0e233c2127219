"""The volumes of a server."""

from wsme.api import Response

from computeapi.api.servers import changes
from computeapi.api.servers.volume_attachments import QUERY, page
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.expose import Success, expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import volume_attachments as types


class VolumeAttachmentController(ServerResource):
    """``/servers/{server_id}/os-volume_attachments/{volume_id}``."""

    segment = "volume_id"

    @expose(types.AttachmentDocument)
    def get(self) -> types.AttachmentDocument:
        """Show a volume of a server."""
        request, (server_id, volume_id) = current(), self._ids
        volumes = request.services.servers.volume_attachments
        found = volumes.get(request.context, server_id, volume_id)
        return types.AttachmentDocument(attachment=types.VolumeAttachment.of(found))

    @expose(None, body=types.AttachmentUpdateDocument, status_code=202, faults=frozenset({409}))
    def put(self, document: types.AttachmentUpdateDocument) -> None:
        """Change the attachment of a volume, or put another volume in its place."""
        request, (server_id, volume_id) = current(), self._ids
        volumes, change = request.services.servers.volume_attachments, document.attachment.change()
        if request.version in changes.ATTACHMENT_CHANGE:
            volumes.update(request.context, server_id, volume_id, change)
        else:
            volumes.swap(request.context, server_id, volume_id, change.volume_id)

    @expose(None, status_code=202, faults=frozenset({409}))
    def delete(self) -> None:
        """Detach a volume from a server."""
        request, (server_id, volume_id) = current(), self._ids
        volumes = request.services.servers.volume_attachments
        from_shelved = request.version in changes.SHELVED_VOLUMES
        volumes.detach(request.context, server_id, volume_id, from_shelved)


class VolumeAttachmentsController(ServerResource):
    """``/servers/{server_id}/os-volume_attachments``."""

    item = VolumeAttachmentController

    @expose(types.Attachments, query=QUERY)
    def get(self) -> types.Attachments:
        """List the volumes of a server."""
        request = current()
        asked = page(request.values, request.version, request.services.conf.api.max_limit)
        service = request.services.servers.volume_attachments
        shown = service.list(request.context, self.server_id)[asked]
        return types.Attachments(attachments=[types.VolumeAttachment.of(one) for one in shown])

    @expose(
        types.AttachedDocument,
        body=types.AttachmentCreateDocument,
        successes=(
            Success(200, types.AttachedDocument, changes.ATTACHED_AT_ONCE),
            Success(202, None, changes.ATTACHED_LATER),
        ),
        faults=frozenset({409}),
    )
    def post(self, document: types.AttachmentCreateDocument) -> Response:
        """Attach a volume to a server."""
        request, new = current(), document.attachment.new()
        volumes = request.services.servers.volume_attachments
        to_shelved = request.version in changes.SHELVED_VOLUMES
        multiattach = request.version in changes.MULTIATTACH
        attachment = volumes.attach(request.context, self.server_id, new, to_shelved, multiattach)
        if request.version in changes.ATTACHED_LATER:
            return Response(None, status_code=202, return_type=None)
        shown = types.AttachedDocument(attachment=types.Attached.of(attachment))
        return Response(shown, status_code=200, return_type=types.AttachedDocument)
