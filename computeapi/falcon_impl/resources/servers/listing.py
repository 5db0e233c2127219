"""``GET /servers``, ``GET /servers/detail`` and ``GET /servers/{server_id}``."""

from collections.abc import Callable
from typing import Any, TypeVar

import falcon

from computeapi.api.servers import query
from computeapi.domain.paging import Page
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.resources.servers.viewing import Viewing
from computeapi.falcon_impl.views import links
from computeapi.falcon_impl.views.fields import Document
from computeapi.falcon_impl.views.servers import listing as views
from computeapi.falcon_impl.views.servers.view import ServerView
from computeapi.service.servers.listing import Listing

T = TypeVar("T")
_List = Callable[..., Page[T]]


class ServersListResource:
    """``/servers`` and ``/servers/detail``.

    :param max_limit: the most servers of a page.
    """

    def __init__(self, service: Listing, viewing: Viewing, max_limit: int) -> None:
        self._service = service
        self._viewing = viewing
        self._max_limit = max_limit

    @takes(query=query.QUERY)
    @answers(200, views.SERVERS)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List servers."""
        page, view = self._page(req, self._service.list), ServerView.of(req)
        servers = [views.summary(server, view) for server in page.items]
        resp.media = _document(req, "servers", page, servers)

    @takes(query=query.QUERY)
    @answers(200, views.SERVER_DETAILS)
    def on_get_detail(self, req: Request, resp: falcon.Response) -> None:
        """List servers with details."""
        view, service = self._viewing.of(req), self._service
        list_: _List[Any] = service.list_basics if view.is_basic else service.list_details
        page = self._page(req, list_)
        view.volumes = self._service.volumes(page.items)
        servers = views.details(page.items, view)
        resp.media = _document(req, "servers/detail", page, servers)

    def _page(self, req: Request, list_: _List[T]) -> Page[T]:
        request = query.list_request(req.values, self._max_limit, req.version)
        return list_(req.context, request.filters, request.page, request.all_projects)


def _document(req: Request, path: str, page: Page[Any], servers: list[Document]) -> dict[str, Any]:
    document: dict[str, Any] = {"servers": servers}
    if page.more and page.items:
        document["servers_links"] = links.next_page(req, path, page.items[-1].id)
    return document


class ServerShowResource:
    """``/servers/{server_id}``."""

    def __init__(self, service: Listing, viewing: Viewing) -> None:
        self._service = service
        self._viewing = viewing

    @takes(query=query.NO_QUERY)
    @answers(200, views.SERVER)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Show a server."""
        query.NO_QUERY.read(req.values, req.version, None)
        server = self._service.get(req.context, server_id)
        resp.media = {"server": views.shown(server, self._viewing.of(req, server))}
