"""``/os-services``."""

import falcon

from computeapi.api import ids
from computeapi.api import services as contract
from computeapi.falcon_impl.declarations import answers, fails, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import services as schemas
from computeapi.falcon_impl.views import services as views
from computeapi.service import services


class ServicesResource:
    """``/os-services``."""

    def __init__(self, service: services.Services) -> None:
        self._service = service

    @takes(query=contract.QUERY)
    @answers(200, views.SERVICES)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List compute services."""
        wanted = contract.QUERY.read(req.values, req.version, {})
        found = self._service.list(req.context, wanted.get("host"), wanted.get("binary"))
        resp.media = {"services": [views.detail(shown, req.version) for shown in found]}


class ServiceResource:
    """``/os-services/{service_id}``; until 2.52, the last segment of a PUT is an action."""

    def __init__(self, service: services.Services) -> None:
        self._service = service

    @takes(schemas.UPDATE)
    @answers(200, views.CHANGED_SERVICE)
    def on_put(self, req: Request, resp: falcon.Response, service_id: str) -> None:
        """Change a compute service."""
        if req.version in contract.UPDATE_BY_HOST:
            resp.media = {"service": self._change_by_host(req, service_id)}
            return
        change = contract.changed(schemas.UPDATE.read(req))
        shown = self._service.update(req.context, ids.uuid(service_id), change)
        resp.media = {"service": views.detail(shown, req.version)}

    def _change_by_host(self, req: Request, action: str) -> dict[str, object]:
        body = schemas.UPDATE.read(req)
        host, binary = body["host"], body["binary"]
        can_force = req.version in contract.FORCED_DOWN
        change = contract.changed_by_host(action, body, can_force)
        self._service.update_by_host(req.context, host, binary, change)
        return contract.document_by_host(action, host, binary, change)

    @answers(204)
    @fails(409)
    def on_delete(self, req: Request, resp: falcon.Response, service_id: str) -> None:
        """Delete a compute service."""
        read = ids.number if req.version in contract.NUMBER else ids.uuid
        self._service.delete(req.context, read(service_id))
        resp.status = falcon.HTTP_204
