"""The history of servers."""

from wsme.types import Unset

from computeapi.api.servers import changes
from computeapi.api.servers import instance_actions as facts
from computeapi.api.servers.query import NO_QUERY
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import links
from computeapi.pecan_impl.types.servers import instance_actions as types


class InstanceActionController(Resource):
    """``/servers/{server_id}/os-instance-actions/{request_id}``."""

    segment = "request_id"

    @expose(types.InstanceActionDocument, query=NO_QUERY)
    def get(self) -> types.InstanceActionDocument:
        """Show an action with its events."""
        request, (server_id, request_id) = current(), self._ids
        NO_QUERY.read(request.values, request.version, None)
        version = request.version
        seen = request.services.servers.instance_actions.get(
            request.context, server_id, request_id, version in changes.HISTORY_OF_DELETED
        )
        action = types.ShownInstanceAction.of(seen.operation, version)
        events = [types.InstanceActionEvent.of(seen, version)]
        if seen.tracebacks:
            action.events_for_some = events
        action.events = events
        return types.InstanceActionDocument(instanceAction=action)


class InstanceActionsController(Resource):
    """``/servers/{server_id}/os-instance-actions``."""

    item = InstanceActionController

    @expose(types.InstanceActions, query=facts.QUERY)
    def get(self) -> types.InstanceActions:
        """List the actions on a server."""
        request, (server_id,) = current(), self._ids
        version, max_limit = request.version, request.services.conf.api.max_limit
        page = request.services.servers.instance_actions.list(
            request.context,
            server_id,
            facts.list_request(request.values, max_limit, version),
            version in changes.HISTORY_OF_DELETED,
        )
        next_page = Unset
        if page.more and page.items and version in changes.HISTORY_PAGES:
            path = f"servers/{server_id}/os-instance-actions"
            href = request.links.next_page(path, request.pairs, page.items[-1].request_id)
            next_page = [links.Link(href=href, rel="next")]
        actions = [types.InstanceAction.of(operation, version) for operation in page.items]
        return types.InstanceActions(instanceActions=actions, links=next_page)
