"""The security groups of a server, and the actions on them."""

from computeapi.api.servers.query import NO_QUERY
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.servers.view import ServerResource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.security_groups import SecurityGroup, SecurityGroups
from computeapi.pecan_impl.types.servers import security_groups as types


class ServerSecurityGroupsController(ServerResource):
    """``/servers/{server_id}/os-security-groups``."""

    @expose(SecurityGroups, query=NO_QUERY)
    def get(self) -> SecurityGroups:
        """List the security groups of a server."""
        request = current()
        NO_QUERY.read(request.values, request.version, None)
        groups = request.services.servers.security_groups.list(request.context, self.server_id)
        return SecurityGroups(security_groups=[SecurityGroup.of(group) for group in groups])


class SecurityGroupActionController(ServerResource, ActionResource):
    """``addSecurityGroup`` and ``removeSecurityGroup``."""

    @action()
    def add_group(self, parameters: types.GroupName) -> None:
        """Add a server to a security group."""
        request = current()
        groups = request.services.servers.security_groups
        groups.add(request.context, self.server_id, parameters.name)

    @action()
    def remove_group(self, parameters: types.GroupName) -> None:
        """Remove a server from a security group."""
        request = current()
        groups = request.services.servers.security_groups
        groups.remove(request.context, self.server_id, parameters.name)
