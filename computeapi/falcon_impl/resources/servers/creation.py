"""``POST /servers``."""

import falcon

from computeapi.api.servers import changes
from computeapi.falcon_impl.declarations import answers, fails, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import creation as schemas
from computeapi.falcon_impl.views.servers import creation as views
from computeapi.falcon_impl.views.servers.view import ServerView
from computeapi.service.servers.creation import Creation


class ServersCreateResource:
    """``/servers``."""

    def __init__(self, service: Creation) -> None:
        self._service = service

    @takes(schemas.CREATE)
    @answers(202, views.NEW_SERVERS)
    @fails(409)
    def on_post(self, req: Request, resp: falcon.Response) -> None:
        """Create servers."""
        new = schemas.new_server(schemas.CREATE.read(req))
        if req.version not in changes.DESCRIPTION:
            new.description = new.name
        created = self._service.create(req.context, new)
        resp.status = falcon.HTTP_202
        if new.return_reservation_id:
            resp.media = {"reservation_id": created.reservation_id}
            return
        resp.location = req.links.self_link("servers", created.servers[0].id)
        resp.media = {"server": views.created(created, ServerView.of(req))}
