"""Lists of servers, and a server."""

from collections.abc import Callable
from typing import Any, TypeVar

from computeapi.api.servers import query
from computeapi.domain.paging import Page
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.controllers.servers.view import ServerResource, view
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.links import next_links
from computeapi.pecan_impl.types.servers import listing as types

T = TypeVar("T")


def _page(find: Callable[..., Page[T]]) -> Page[T]:
    """Return the page that the query asks for.

    :param find: the service's method that lists.
    """
    request = current()
    options = query.list_request(
        request.values, request.services.conf.api.max_limit, request.version
    )
    return find(request.context, options.filters, options.page, options.all_projects)


class ServersListController(Resource):
    """``GET /servers``."""

    @expose(types.ServerSummaries, query=query.QUERY)
    def get(self) -> types.ServerSummaries:
        """List servers."""
        request = current()
        page, links = _page(request.services.servers.listing.list), request.links
        return types.ServerSummaries(
            servers=[types.ServerSummary.of(server, links) for server in page.items],
            servers_links=next_links(links, "servers", request.pairs, page),
        )


class ServersDetailController(Resource):
    """``GET /servers/detail``."""

    @expose(types.Servers, query=query.QUERY)
    def get(self) -> types.Servers:
        """List servers with details."""
        request = current()
        listing, own = request.services.servers.listing, view()
        find: Callable[..., Page[Any]] = (
            listing.list_basics if own.is_basic else listing.list_details
        )
        page = _page(find)
        own.volumes = listing.volumes(page.items)
        return types.Servers(
            servers=[types.ListedServer.of(server, own) for server in page.items],
            servers_links=next_links(own.links, "servers/detail", request.pairs, page),
        )


class ServerShowController(ServerResource):
    """``GET /servers/{server_id}``."""

    segment = "server_id"

    @expose(types.ServerDocument, query=query.NO_QUERY)
    def get(self) -> types.ServerDocument:
        """Show a server."""
        request = current()
        query.NO_QUERY.read(request.values, request.version, None)
        server = request.services.servers.listing.get(request.context, self.server_id)
        return types.ServerDocument(server=types.Server.shown(server, view(server)))
