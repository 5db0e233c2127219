"""``/os-server-groups``."""

import falcon

from computeapi.api import server_groups as contract
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import server_groups as schemas
from computeapi.falcon_impl.views import server_groups as views
from computeapi.service import server_groups


class ServerGroupsResource:
    """``/os-server-groups``.

    :param max_limit: the most groups of a page.
    """

    def __init__(self, service: server_groups.ServerGroups, max_limit: int) -> None:
        self._service = service
        self._max_limit = max_limit

    @takes(query=contract.LIST_QUERY)
    @answers(200, views.GROUPS)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List server groups."""
        query = contract.list_query(req.values, req.version, self._max_limit)
        groups = self._service.list(req.context, *query)
        resp.media = {"server_groups": [views.server_group(one, req.version) for one in groups]}

    @takes(schemas.CREATE)
    @answers(200, views.GROUP)
    def on_post(self, req: Request, resp: falcon.Response) -> None:
        """Create a server group."""
        new = schemas.new_server_group(schemas.CREATE.read(req))
        group = self._service.create(req.context, new)
        resp.media = {"server_group": views.server_group(group, req.version)}


class ServerGroupResource:
    """``/os-server-groups/{group_id}``."""

    def __init__(self, service: server_groups.ServerGroups) -> None:
        self._service = service

    @takes(query=contract.SHOW_QUERY)
    @answers(200, views.GROUP)
    def on_get(self, req: Request, resp: falcon.Response, group_id: str) -> None:
        """Show a server group."""
        contract.SHOW_QUERY.read(req.values, req.version, contract.ServerGroupListQuery())
        group = self._service.get(req.context, group_id)
        resp.media = {"server_group": views.server_group(group, req.version)}

    @answers(204)
    def on_delete(self, req: Request, resp: falcon.Response, group_id: str) -> None:
        """Delete a server group."""
        self._service.delete(req.context, group_id)
        resp.status = falcon.HTTP_204
