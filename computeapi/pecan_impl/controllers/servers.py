"""Servers."""

from collections.abc import Callable
from typing import TypeVar

import pecan
from wsme.api import Response
from wsme.types import Unset

from computeapi.api.servers import query
from computeapi.domain.paging import Page
from computeapi.domain.servers import Server
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import links
from computeapi.pecan_impl.types import servers as types
from computeapi.pecan_impl.types.servers_action import Action
from computeapi.pecan_impl.types.servers_create import ServerCreateDocument, ServerUpdateDocument
from computeapi.policies.servers.listing import EXTENDED_ATTRIBUTES

T = TypeVar("T")


def _page(find: Callable[..., Page[T]]) -> Page[T]:
    """Return the page that the query asks for.

    :param find: the service's method that lists.
    """
    request = current()
    asked = query.list_request(request.values, request.services.conf.api.max_limit, request.version)
    return find(request.caller, asked.filters, asked.page, asked.all_projects)


def _view(server: Server | None = None) -> types.View:
    """Return how the caller sees a server; their own project's servers without one."""
    request = current()
    target = {"project_id": server.project_id, "user_id": server.user_id} if server else None
    return types.View(
        links=request.links,
        extended=request.services.policy.allows(request.caller, EXTENDED_ATTRIBUTES, target),
        is_admin=request.caller.is_admin,
    )


class ServerActionController(Resource):
    """``/servers/{server_id}/action``."""

    @expose(None, body=Action, status_code=202)
    def post(self, action: Action) -> Response | None:
        """Do something with the server."""
        request, (server_id,) = current(), self._ids
        services, caller = request.services, request.caller
        if action.reboot:
            services.servers.power.reboot(caller, server_id, action.reboot.is_hard)
        elif action.start is not Unset:
            services.servers.power.start(caller, server_id)
        elif action.stop is not Unset:
            services.servers.power.stop(caller, server_id)
        else:
            text = services.servers.console.console_output(caller, server_id, action.console.length)
            output = types.ConsoleOutput(output=text)
            return Response(output, status_code=200, return_type=types.ConsoleOutput)
        return None


class ServerController(Resource):
    """``/servers/{server_id}``."""

    children = {"action": ServerActionController}

    @expose(types.ServerDocument)
    def get(self) -> types.ServerDocument:
        """Show the server."""
        request, (server_id,) = current(), self._ids
        server = request.services.servers.listing.get(request.caller, server_id)
        return types.ServerDocument(server=types.Server.of(server, _view(server)))

    @expose(types.ServerUpdatedDocument, body=ServerUpdateDocument)
    def put(self, document: ServerUpdateDocument) -> types.ServerUpdatedDocument:
        """Change the server."""
        request, (server_id,) = current(), self._ids
        server = request.services.servers.changing.update(
            request.caller, server_id, document.changes()
        )
        return types.ServerUpdatedDocument(server=types.ServerUpdated.of(server, _view(server)))

    @expose(None, status_code=204)
    def delete(self) -> None:
        """Delete the server."""
        request, (server_id,) = current(), self._ids
        request.services.servers.deletion.delete(request.caller, server_id)


class ServersDetailController(Resource):
    """``/servers/detail``."""

    @expose(types.Servers)
    def get(self) -> types.Servers:
        """List servers."""
        request = current()
        page, view = _page(request.services.servers.listing.list_details), _view()
        return types.Servers(
            servers=[types.Server.of(server, view) for server in page.items],
            servers_links=links.to_next(view.links, "servers/detail", request.pairs, page),
        )


class ServersController(Resource):
    """``/servers``."""

    children = {"detail": ServersDetailController}
    item = ServerController

    @expose(types.ServersBrief)
    def get(self) -> types.ServersBrief:
        """List servers by name."""
        request = current()
        page, maker = _page(request.services.servers.listing.list), request.links
        return types.ServersBrief(
            servers=[types.ServerBrief.brief(server, maker) for server in page.items],
            servers_links=links.to_next(maker, "servers", request.pairs, page),
        )

    @expose(types.ServerCreatedDocument, body=ServerCreateDocument, status_code=202)
    def post(self, document: ServerCreateDocument) -> types.ServerCreatedDocument:
        """Create servers."""
        request, new = current(), document.new()
        created = request.services.servers.creation.create(request.caller, new)
        if new.return_reservation_id:
            return types.ServerCreatedDocument(reservation_id=created.reservation_id)
        href = request.links.self_link("servers", created.servers[0].id)
        pecan.response.headers["Location"] = href
        return types.ServerCreatedDocument.of(created, request.links)
