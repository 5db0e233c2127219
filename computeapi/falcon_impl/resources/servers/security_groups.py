"""``/servers/{server_id}/os-security-groups``, and the actions on security groups."""

from typing import Any

import falcon

from computeapi.api.servers.query import NO_QUERY
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import security_groups as schemas
from computeapi.falcon_impl.views import security_groups as views
from computeapi.service.servers import security_groups


class ServerSecurityGroupsResource:
    """``/servers/{server_id}/os-security-groups``."""

    def __init__(self, service: security_groups.ServerSecurityGroups) -> None:
        self._service = service

    @takes(query=NO_QUERY)
    @answers(200, views.GROUPS)
    def on_get(self, req: Request, resp: falcon.Response, server_id: str) -> None:
        """List the security groups of a server."""
        NO_QUERY.read(req.values, req.version, None)
        groups = self._service.list(req.context, server_id)
        resp.media = {"security_groups": [views.group(group) for group in groups]}


class ServerSecurityGroupActions:
    """``addSecurityGroup`` and ``removeSecurityGroup``."""

    def __init__(self, service: security_groups.ServerSecurityGroups) -> None:
        self._service = service

    @action("addSecurityGroup", schemas.GROUP)
    def add_group(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], server_id: str
    ) -> None:
        """Add a server to a security group."""
        self._service.add(req.context, server_id, parameters["name"])

    @action("removeSecurityGroup", schemas.GROUP)
    def remove_group(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], server_id: str
    ) -> None:
        """Remove a server from a security group."""
        self._service.remove(req.context, server_id, parameters["name"])
