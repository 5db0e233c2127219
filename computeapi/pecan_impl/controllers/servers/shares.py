"""The shares of a server."""

from computeapi.api.servers.changes import SHARES
from computeapi.api.servers.shares import QUERY
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.expose import expose, keep_200
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import shares as types


class ShareController(ServerResource):
    """``/servers/{server_id}/shares/{share_id}``."""

    segment = "share_id"

    @expose(types.ShownShareDocument, span=SHARES, query=QUERY)
    def get(self) -> types.ShownShareDocument:
        """Show a share of a server."""
        request, (server_id, share_id) = current(), self._ids
        QUERY.read(request.values, request.version, None)
        found = request.services.servers.shares.get(request.context, server_id, share_id)
        return types.ShownShareDocument(
            share=types.ShownShare.shown(found, request.context.is_admin)
        )

    @expose(None, span=SHARES, faults=frozenset({409}))
    def delete(self) -> None:
        """Detach a share from a server."""
        request, (server_id, share_id) = current(), self._ids
        request.services.servers.shares.detach(request.context, server_id, share_id)
        keep_200()


class SharesController(ServerResource):
    """``/servers/{server_id}/shares``."""

    item = ShareController

    @expose(types.Shares, span=SHARES, query=QUERY)
    def get(self) -> types.Shares:
        """List the shares of a server."""
        request = current()
        QUERY.read(request.values, request.version, None)
        found = request.services.servers.shares.list(request.context, self.server_id)
        return types.Shares(shares=[types.Share.of(one) for one in found])

    @expose(
        types.ShareDocument,
        span=SHARES,
        body=types.ShareCreateDocument,
        status_code=201,
        faults=frozenset({409}),
    )
    def post(self, document: types.ShareCreateDocument) -> types.ShareDocument:
        """Attach a share to a server."""
        request = current()
        shares = request.services.servers.shares
        attachment = shares.attach(request.context, self.server_id, document.new())
        return types.ShareDocument(share=types.Share.of(attachment))
