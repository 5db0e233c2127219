"""Server groups."""

from computeapi.api import server_groups as contract
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import server_groups as types


class ServerGroupController(Resource):
    """``/os-server-groups/{group_id}``."""

    segment = "group_id"

    @expose(types.ServerGroupDocument, query=contract.SHOW_QUERY)
    def get(self) -> types.ServerGroupDocument:
        """Show a server group."""
        request, (group_id,) = current(), self._ids
        contract.SHOW_QUERY.read(request.values, request.version, contract.ServerGroupListQuery())
        group = request.services.server_groups.get(request.context, group_id)
        return types.ServerGroupDocument(server_group=types.ServerGroup.of(group))

    @expose(None, status_code=204)
    def delete(self) -> None:
        """Delete a server group."""
        request, (group_id,) = current(), self._ids
        request.services.server_groups.delete(request.context, group_id)


class ServerGroupsController(Resource):
    """``/os-server-groups``."""

    item = ServerGroupController

    @expose(types.ServerGroups, query=contract.LIST_QUERY)
    def get(self) -> types.ServerGroups:
        """List server groups."""
        request = current()
        max_limit = request.services.conf.api.max_limit
        query = contract.list_query(request.values, request.version, max_limit)
        groups = request.services.server_groups.list(request.context, *query)
        return types.ServerGroups(server_groups=[types.ServerGroup.of(one) for one in groups])

    @expose(types.ServerGroupDocument, body=types.ServerGroupCreateDocument)
    def post(self, document: types.ServerGroupCreateDocument) -> types.ServerGroupDocument:
        """Create a server group."""
        request = current()
        group = request.services.server_groups.create(request.context, document.new())
        return types.ServerGroupDocument(server_group=types.ServerGroup.of(group))
