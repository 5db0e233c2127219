"""Events that other services report."""

from wsme.api import Response

from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import Success, expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import external_events as types


class ExternalEventsController(Resource):
    """``/os-server-external-events``."""

    @expose(
        types.TakenEvents,
        body=types.Events,
        successes=(Success(200, types.TakenEvents), Success(207, types.TakenEvents)),
    )
    def post(self, document: types.Events) -> Response:
        """Take events of servers; 207 when one of them was refused."""
        request, events = current(), document.new()
        results = request.services.external_events.create(request.context, events)
        failed = any(result.status == "failed" for result in results)
        taken = types.TakenEvents(events=[types.TakenEvent.of(result) for result in results])
        return Response(taken, status_code=207 if failed else 200)
