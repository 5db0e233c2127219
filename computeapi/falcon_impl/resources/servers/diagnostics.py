"""``/servers/{server_id}/diagnostics``."""

import falcon

from computeapi.api.servers import changes
from computeapi.api.servers import diagnostics as facts
from computeapi.api.servers.query import NO_QUERY
from computeapi.falcon_impl.declarations import answers, fails, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views.servers import diagnostics as views
from computeapi.service.servers import diagnostics


class DiagnosticsResource:
    """``/servers/{server_id}/diagnostics``."""

    def __init__(self, service: diagnostics.Diagnostics) -> None:
        self._service = service

    @takes(query=NO_QUERY)
    @answers(200, views.FIGURES, changes.DIAGNOSTICS_AS_KEPT)
    @answers(200, views.DIAGNOSTICS, changes.DIAGNOSTICS)
    @fails(409)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Show the diagnostics of a server."""
        NO_QUERY.read(req.values, req.version, None)
        report = self._service.get(req.context, server_id)
        if req.version in changes.DIAGNOSTICS:
            resp.media = views.diagnostics(report)
        else:
            resp.media = facts.as_kept(report.figures)
