"""``/os-server-external-events``."""

import falcon

from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import external_events as schemas
from computeapi.falcon_impl.views import external_events as views
from computeapi.service import external_events


class ExternalEventsResource:
    """``/os-server-external-events``."""

    def __init__(self, service: external_events.ExternalEvents) -> None:
        self._service = service

    @takes(schemas.CREATE)
    @answers(200, views.EVENTS)
    @answers(207, views.EVENTS)
    def on_post(self, req: Request, resp: falcon.Response) -> None:
        """Take events of servers; 207 when one of them was refused."""
        events = schemas.new_events(schemas.CREATE.read(req))
        results = self._service.create(req.context, events)
        if any(result.status == "failed" for result in results):
            resp.status = falcon.HTTP_207
        resp.media = {"events": [views.detail(result) for result in results]}
