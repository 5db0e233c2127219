"""``/servers``."""

from collections.abc import Callable
from typing import Any, TypeVar

import falcon

from computeapi.api.faults import NOT_JSON
from computeapi.api.servers import query
from computeapi.domain.errors import Invalid
from computeapi.domain.paging import Page
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import servers as schemas
from computeapi.falcon_impl.views import links
from computeapi.falcon_impl.views.servers import ServerView
from computeapi.policies.enforcer import Enforcer
from computeapi.policies.servers.listing import EXTENDED_ATTRIBUTES
from computeapi.service import servers

T = TypeVar("T")


class Servers:
    """``/servers`` and ``/servers/detail``.

    :param max_limit: the most servers of a page.
    """

    def __init__(self, services: servers.Servers, policy: Enforcer, max_limit: int) -> None:
        self._services = services
        self._policy = policy
        self._max_limit = max_limit

    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List servers."""
        view = ServerView(req.links, req.version)
        page = self._list(req, self._services.listing.list)
        resp.media = _document(req, "servers", page, view.summary)

    def on_get_detail(self, req: Request, resp: falcon.Response) -> None:
        """List servers with details."""
        page = self._list(req, self._services.listing.list_details)
        extended = self._policy.allows(req.caller, EXTENDED_ATTRIBUTES)
        view = ServerView(req.links, req.version, req.caller.is_admin, extended)
        resp.media = _document(req, "servers/detail", page, view.detail)

    def _list(self, req: Request, find: Callable[..., Page[T]]) -> Page[T]:
        listed = query.list_request(req.values, self._max_limit, req.version)
        return find(req.caller, listed.filters, listed.page, listed.all_projects)

    def on_post(self, req: Request, resp: falcon.Response) -> None:
        """Create servers."""
        new = schemas.new_server(schemas.CREATE.read(req))
        created = self._services.creation.create(req.caller, new)
        resp.status = falcon.HTTP_202
        if new.return_reservation_id:
            resp.media = {"reservation_id": created.reservation_id}
            return
        resp.location = req.links.self_link("servers", created.servers[0].id)
        resp.media = {"server": ServerView(req.links, req.version).created(created)}


def _document(
    req: Request,
    path: str,
    page: Page[Any],
    view: Callable[[Any], dict[str, Any]],
) -> dict[str, Any]:
    document = {"servers": [view(server) for server in page.items]}
    if page.more and page.items:
        document["servers_links"] = links.next_page(req, path, page.items[-1].id)
    return document


class Server:
    """``/servers/{server_id}``."""

    def __init__(self, services: servers.Servers, policy: Enforcer) -> None:
        self._services = services
        self._policy = policy

    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Show a server."""
        server = self._services.listing.get(req.caller, server_id)
        owner = {"project_id": server.project_id, "user_id": server.user_id}
        extended = self._policy.allows(req.caller, EXTENDED_ATTRIBUTES, owner)
        view = ServerView(req.links, req.version, req.caller.is_admin, extended)
        resp.media = {"server": view.detail(server)}

    def on_put(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Change a server."""
        changes = schemas.changes(schemas.UPDATE.read(req))
        server = self._services.changing.update(req.caller, server_id, changes)
        view = ServerView(req.links, req.version, req.caller.is_admin)
        resp.media = {"server": view.plain(server)}

    def on_delete(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Delete a server."""
        self._services.deletion.delete(req.caller, server_id)
        resp.status = falcon.HTTP_204


class Actions:
    """``/servers/{server_id}/action``: the one key of the body names the action."""

    def __init__(self, services: servers.Servers) -> None:
        self._services = services
        self._actions = {
            "os-start": (schemas.START, self._start),
            "os-stop": (schemas.STOP, self._stop),
            "reboot": (schemas.REBOOT, self._reboot),
            "os-getConsoleOutput": (schemas.CONSOLE_OUTPUT, self._console_output),
        }

    def on_post(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """Run an action.

        :raises Invalid: when there is no such action.
        """
        body = req.media
        if not isinstance(body, dict) or len(body) != 1:
            raise Invalid(NOT_JSON)
        [(name, parameters)] = body.items()
        if name not in self._actions:
            raise Invalid(f"There is no such action: {name}")
        schema, run = self._actions[name]
        schema.check(body, req.version)
        resp.status = falcon.HTTP_202
        run(req, resp, server_id, parameters)

    def _start(self, req: Request, resp: falcon.Response, server_id: str, parameters: Any) -> None:
        self._services.power.start(req.caller, server_id)

    def _stop(self, req: Request, resp: falcon.Response, server_id: str, parameters: Any) -> None:
        self._services.power.stop(req.caller, server_id)

    def _reboot(
        self, req: Request, resp: falcon.Response, server_id: str, parameters: dict[str, str]
    ) -> None:
        self._services.power.reboot(
            req.caller, server_id, hard=parameters["type"].upper() == "HARD"
        )

    def _console_output(
        self, req: Request, resp: falcon.Response, server_id: str, parameters: dict[str, Any]
    ) -> None:
        length = parameters.get("length")
        lines = None if length is None else int(length)
        output = self._services.console.console_output(req.caller, server_id, lines)
        resp.status = falcon.HTTP_200
        resp.media = {"output": output}
