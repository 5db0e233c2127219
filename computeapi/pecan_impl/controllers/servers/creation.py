"""The creation of servers."""

import pecan

from computeapi.api.servers import changes
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import creation as types


class ServersCreateController(Resource):
    """``POST /servers``."""

    @expose(
        types.CreatedServersDocument,
        body=types.ServerCreateDocument,
        status_code=202,
        faults=frozenset({409}),
    )
    def post(self, document: types.ServerCreateDocument) -> types.CreatedServersDocument:
        """Create servers."""
        request, new = current(), document.new()
        if request.version not in changes.DESCRIPTION:
            new.description = new.name
        created = request.services.servers.creation.create(request.context, new)
        if new.return_reservation_id:
            return types.CreatedServersDocument(reservation_id=created.reservation_id)
        href = request.links.self_link("servers", created.servers[0].id)
        pecan.response.headers["Location"] = href
        return types.CreatedServersDocument.of(created, request.links)
