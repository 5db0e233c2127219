"""``/os-security-groups`` and ``/os-security-group-rules``, until 2.35."""

import falcon

from computeapi.api import security_groups as contract
from computeapi.falcon_impl.declarations import answers, fails, takes
from computeapi.falcon_impl.hooks import during
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas import security_groups as schemas
from computeapi.falcon_impl.views import security_groups as views
from computeapi.service import security_groups


@during(contract.PROXIED)
class SecurityGroupsResource:
    """``/os-security-groups``.

    :param max_limit: the most groups of a page.
    """

    def __init__(self, service: security_groups.SecurityGroups, max_limit: int) -> None:
        self._service = service
        self._max_limit = max_limit

    @takes(query=contract.LIST_QUERY)
    @answers(200, views.GROUPS)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List security groups."""
        query = contract.list_query(req.values, req.version, self._max_limit)
        groups = self._service.list(req.context, *query)
        resp.media = {"security_groups": [views.group(one) for one in groups]}

    @takes(schemas.GROUP)
    @answers(200, views.GROUP)
    def on_post(self, req: Request, resp: falcon.Response) -> None:
        """Create a security group."""
        new = schemas.GROUP.read(req)["security_group"]
        group = self._service.create(req.context, new["name"], new["description"])
        resp.media = {"security_group": views.group(group)}


@during(contract.PROXIED)
class SecurityGroupResource:
    """``/os-security-groups/{group_id}``."""

    def __init__(self, service: security_groups.SecurityGroups) -> None:
        self._service = service

    @answers(200, views.GROUP)
    def on_get(self, req: Request, resp: falcon.Response, group_id: str) -> None:
        """Show a security group."""
        resp.media = {"security_group": views.group(self._service.get(req.context, group_id))}

    @takes(schemas.GROUP)
    @answers(200, views.GROUP)
    def on_put(self, req: Request, resp: falcon.Response, group_id: str) -> None:
        """Update a security group."""
        new = schemas.GROUP.read(req)["security_group"]
        group = self._service.update(req.context, group_id, new["name"], new["description"])
        resp.media = {"security_group": views.group(group)}

    @answers(202)
    def on_delete(self, req: Request, resp: falcon.Response, group_id: str) -> None:
        """Delete a security group."""
        self._service.delete(req.context, group_id)
        resp.status = falcon.HTTP_202


@during(contract.PROXIED)
class SecurityGroupRulesResource:
    """``/os-security-group-rules``."""

    def __init__(self, service: security_groups.SecurityGroups) -> None:
        self._service = service

    @takes(schemas.RULE)
    @answers(200, views.RULE)
    def on_post(self, req: Request, resp: falcon.Response) -> None:
        """Create a rule of a security group."""
        request = schemas.rule_request(schemas.RULE.read(req))
        rule = self._service.add_rule(req.context, request)
        resp.media = {"security_group_rule": views.rule(rule)}


@during(contract.PROXIED)
class SecurityGroupRuleResource:
    """``/os-security-group-rules/{rule_id}``."""

    def __init__(self, service: security_groups.SecurityGroups) -> None:
        self._service = service

    @answers(202)
    @fails(409)
    def on_delete(self, req: Request, resp: falcon.Response, rule_id: str) -> None:
        """Delete a rule of a security group."""
        self._service.remove_rule(req.context, rule_id)
        resp.status = falcon.HTTP_202
