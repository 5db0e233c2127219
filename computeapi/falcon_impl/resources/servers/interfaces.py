"""``/servers/{server_id}/os-interface`` and ``/servers/{server_id}/os-interface/{port_id}``."""

import falcon

from computeapi.api.servers.query import NO_QUERY
from computeapi.falcon_impl.declarations import answers, fails, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import interfaces as schemas
from computeapi.falcon_impl.views.servers import interfaces as views
from computeapi.service.servers import interfaces


class InterfacesResource:
    """``/servers/{server_id}/os-interface``."""

    def __init__(self, service: interfaces.Interfaces) -> None:
        self._service = service

    @takes(query=NO_QUERY)
    @answers(200, views.INTERFACES)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """List the interfaces of a server."""
        NO_QUERY.read(req.values, req.version, None)
        found = self._service.list(req.context, server_id)
        resp.media = {"interfaceAttachments": [views.detail(one, req.version) for one in found]}

    @takes(schemas.ATTACH)
    @answers(200, views.INTERFACE)
    @fails(409, 501)
    def on_post(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Attach an interface to a server."""
        new = schemas.new_interface(schemas.ATTACH.read(req))
        attached = self._service.attach(req.context, server_id, new)
        resp.media = {"interfaceAttachment": views.detail(attached, req.version)}


class InterfaceResource:
    """``/servers/{server_id}/os-interface/{port_id}``."""

    def __init__(self, service: interfaces.Interfaces) -> None:
        self._service = service

    @takes(query=NO_QUERY)
    @answers(200, views.INTERFACE)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str, port_id: str) -> None:
        """Show an interface of a server."""
        NO_QUERY.read(req.values, req.version, None)
        found = self._service.get(req.context, server_id, port_id)
        resp.media = {"interfaceAttachment": views.detail(found, req.version)}

    @answers(202)
    @fails(409, 501)
    def on_delete(self, req: Request, resp: falcon.Response, server_id: str, port_id: str) -> None:
        """Detach an interface from a server."""
        self._service.detach(req.context, server_id, port_id)
        resp.status = falcon.HTTP_202
