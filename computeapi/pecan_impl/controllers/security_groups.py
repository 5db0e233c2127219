"""Security groups and their rules, until 2.35."""

from computeapi.api import security_groups as contract
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import security_groups as types


class SecurityGroupController(Resource):
    """``/os-security-groups/{group_id}``."""

    segment = "group_id"
    span = contract.PROXIED

    @expose(types.SecurityGroupDocument)
    def get(self) -> types.SecurityGroupDocument:
        """Show a security group."""
        request, (group_id,) = current(), self._ids
        group = request.services.security_groups.get(request.context, group_id)
        return types.SecurityGroupDocument(security_group=types.SecurityGroup.of(group))

    @expose(types.SecurityGroupDocument, body=types.SecurityGroupRequestDocument)
    def put(self, document: types.SecurityGroupRequestDocument) -> types.SecurityGroupDocument:
        """Update a security group."""
        request, (group_id,) = current(), self._ids
        new, groups = document.security_group, request.services.security_groups
        group = groups.update(request.context, group_id, new.name, new.description)
        return types.SecurityGroupDocument(security_group=types.SecurityGroup.of(group))

    @expose(None, status_code=202)
    def delete(self) -> None:
        """Delete a security group."""
        request, (group_id,) = current(), self._ids
        request.services.security_groups.delete(request.context, group_id)


class SecurityGroupsController(Resource):
    """``/os-security-groups``."""

    item = SecurityGroupController
    span = contract.PROXIED

    @expose(types.SecurityGroups, query=contract.LIST_QUERY)
    def get(self) -> types.SecurityGroups:
        """List security groups."""
        request = current()
        max_limit = request.services.conf.api.max_limit
        query = contract.list_query(request.values, request.version, max_limit)
        groups = request.services.security_groups.list(request.context, *query)
        return types.SecurityGroups(security_groups=[types.SecurityGroup.of(one) for one in groups])

    @expose(types.SecurityGroupDocument, body=types.SecurityGroupRequestDocument)
    def post(self, document: types.SecurityGroupRequestDocument) -> types.SecurityGroupDocument:
        """Create a security group."""
        request, new = current(), document.security_group
        groups = request.services.security_groups
        group = groups.create(request.context, new.name, new.description)
        return types.SecurityGroupDocument(security_group=types.SecurityGroup.of(group))


class SecurityGroupRuleController(Resource):
    """``/os-security-group-rules/{rule_id}``."""

    segment = "rule_id"
    span = contract.PROXIED

    @expose(None, status_code=202, faults=frozenset({409}))
    def delete(self) -> None:
        """Delete a rule of a security group."""
        request, (rule_id,) = current(), self._ids
        request.services.security_groups.remove_rule(request.context, rule_id)


class SecurityGroupRulesController(Resource):
    """``/os-security-group-rules``."""

    item = SecurityGroupRuleController
    span = contract.PROXIED

    @expose(types.SecurityGroupRuleDocument, body=types.RuleCreateDocument)
    def post(self, document: types.RuleCreateDocument) -> types.SecurityGroupRuleDocument:
        """Create a rule of a security group."""
        request = current()
        rule = request.services.security_groups.add_rule(request.context, document.request())
        made = types.SecurityGroupRule.of(rule)
        return types.SecurityGroupRuleDocument(security_group_rule=made)
