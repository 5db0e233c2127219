"""``/servers/{server_id}/os-instance-actions`` and the actions below it."""

import falcon

from computeapi.api.servers import changes
from computeapi.api.servers import instance_actions as facts
from computeapi.api.servers.query import NO_QUERY
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views import links
from computeapi.falcon_impl.views.servers import instance_actions as views
from computeapi.service.servers import instance_actions


class InstanceActionsResource:
    """``/servers/{server_id}/os-instance-actions``.

    :param max_limit: the most actions of a page.
    """

    def __init__(self, service: instance_actions.InstanceActions, max_limit: int) -> None:
        self._service = service
        self._max_limit = max_limit

    @takes(query=facts.QUERY)
    @answers(200, views.ACTIONS)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """List the actions on a server."""
        request = facts.list_request(req.values, self._max_limit, req.version)
        with_deleted = req.version in changes.HISTORY_OF_DELETED
        page = self._service.list(req.context, server_id, request, with_deleted)
        document = {"instanceActions": [views.action(one, req.version) for one in page.items]}
        if page.more and page.items and req.version in changes.HISTORY_PAGES:
            path = f"servers/{server_id}/os-instance-actions"
            document["links"] = links.next_page(req, path, page.items[-1].request_id)
        resp.media = document


class InstanceActionResource:
    """``/servers/{server_id}/os-instance-actions/{request_id}``."""

    def __init__(self, service: instance_actions.InstanceActions) -> None:
        self._service = service

    @takes(query=NO_QUERY)
    @answers(200, views.ACTION)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str, request_id: str) -> None:
        """Show an action with its events."""
        NO_QUERY.read(req.values, req.version, None)
        with_deleted = req.version in changes.HISTORY_OF_DELETED
        seen = self._service.get(req.context, server_id, request_id, with_deleted)
        document = views.action(seen.operation, req.version)
        if seen.tracebacks or req.version in changes.EVENTS_FOR_ALL:
            document["events"] = [views.event(seen, req.version)]
        resp.media = {"instanceAction": document}
