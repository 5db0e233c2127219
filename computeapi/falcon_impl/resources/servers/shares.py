"""``/servers/{server_id}/shares`` and ``/servers/{server_id}/shares/{share_id}``."""

import falcon

from computeapi.api.servers.changes import SHARES
from computeapi.api.servers.shares import QUERY
from computeapi.falcon_impl.declarations import answers, fails, takes
from computeapi.falcon_impl.hooks import during
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import shares as schemas
from computeapi.falcon_impl.views.servers import shares as views
from computeapi.service.servers import shares


@during(SHARES)
class SharesResource:
    """``/servers/{server_id}/shares``."""

    def __init__(self, service: shares.Shares) -> None:
        self._service = service

    @takes(query=QUERY)
    @answers(200, views.SHARES)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """List the shares of a server."""
        QUERY.read(req.values, req.version, None)
        found = self._service.list(req.context, server_id)
        resp.media = {"shares": [views.detail(one, req.version) for one in found]}

    @takes(schemas.ATTACH)
    @answers(201, views.NEW_SHARE)
    @fails(409)
    def on_post(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Attach a share to a server."""
        new = schemas.new_attachment(schemas.ATTACH.read(req))
        attachment = self._service.attach(req.context, server_id, new)
        resp.status = falcon.HTTP_201
        resp.media = {"share": views.detail(attachment, req.version)}


@during(SHARES)
class ShareResource:
    """``/servers/{server_id}/shares/{share_id}``."""

    def __init__(self, service: shares.Shares) -> None:
        self._service = service

    @takes(query=QUERY)
    @answers(200, views.SHARE)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str, share_id: str) -> None:
        """Show a share of a server."""
        QUERY.read(req.values, req.version, None)
        found = self._service.get(req.context, server_id, share_id)
        resp.media = {"share": views.detail(found, req.version, req.context.is_admin)}

    @answers(200)
    @fails(409)
    def on_delete(self, req: Request, resp: falcon.Response, server_id: str, share_id: str) -> None:
        """Detach a share from a server."""
        self._service.detach(req.context, server_id, share_id)
