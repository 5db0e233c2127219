"""``GET /servers``, ``GET /servers/detail`` and ``GET /servers/{server_id}``."""

from collections.abc import Callable
from typing import Any, TypeVar

import falcon

from computeapi.api.servers import query
from computeapi.domain.paging import Page
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views import links
from computeapi.falcon_impl.views.servers import ServerView
from computeapi.policies.enforcer import Enforcer
from computeapi.policies.servers.listing import EXTENDED_ATTRIBUTES
from computeapi.service.servers.listing import Listing

T = TypeVar("T")


class Servers:
    """``/servers`` and ``/servers/detail``.

    :param max_limit: the most servers of a page.
    """

    def __init__(self, service: Listing, policy: Enforcer, max_limit: int) -> None:
        self._service = service
        self._policy = policy
        self._max_limit = max_limit

    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List servers."""
        view = ServerView(req.links, req.version)
        page = self._page(req, self._service.list)
        resp.media = _document(req, "servers", page, view.summary)

    def on_get_detail(self, req: Request, resp: falcon.Response) -> None:
        """List servers with details."""
        page = self._page(req, self._service.list_details)
        extended = self._policy.allows(req.caller, EXTENDED_ATTRIBUTES)
        view = ServerView(req.links, req.version, req.caller.is_admin, extended)
        resp.media = _document(req, "servers/detail", page, view.detail)

    def _page(self, req: Request, list_: Callable[..., Page[T]]) -> Page[T]:
        request = query.list_request(req.values, self._max_limit, req.version)
        return list_(req.caller, request.filters, request.page, request.all_projects)


def _document(
    req: Request, path: str, page: Page[Any], view: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    document = {"servers": [view(server) for server in page.items]}
    if page.more and page.items:
        document["servers_links"] = links.next_page(req, path, page.items[-1].id)
    return document


class Server:
    """``/servers/{server_id}``."""

    def __init__(self, service: Listing, policy: Enforcer) -> None:
        self._service = service
        self._policy = policy

    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Show a server."""
        server = self._service.get(req.caller, server_id)
        owner = {"project_id": server.project_id, "user_id": server.user_id}
        extended = self._policy.allows(req.caller, EXTENDED_ATTRIBUTES, owner)
        view = ServerView(req.links, req.version, req.caller.is_admin, extended)
        resp.media = {"server": view.detail(server)}
