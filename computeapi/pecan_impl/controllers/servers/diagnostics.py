"""The diagnostics of a server."""

from wsme.api import Response

from computeapi.api.servers import changes
from computeapi.api.servers import diagnostics as facts
from computeapi.api.servers.query import NO_QUERY
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.expose import Success, expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.servers import diagnostics as types


class DiagnosticsController(ServerResource):
    """``/servers/{server_id}/diagnostics``."""

    @expose(
        {str: int},
        query=NO_QUERY,
        successes=(
            Success(200, {str: int}, changes.DIAGNOSTICS_AS_KEPT),
            Success(200, types.Diagnostics, changes.DIAGNOSTICS),
        ),
        faults=frozenset({409}),
    )
    def get(self) -> Response:
        """Show the diagnostics of a server."""
        request = current()
        NO_QUERY.read(request.values, request.version, None)
        report = request.services.servers.diagnostics.get(request.context, self.server_id)
        if request.version in changes.DIAGNOSTICS:
            return Response(types.Diagnostics.of(report), 200, return_type=types.Diagnostics)
        return Response(facts.as_kept(report.figures), 200)
