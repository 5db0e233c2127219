"""The security groups of the network service, for clients that ask this service for them."""

from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid
from computeapi.domain.ids import is_uuid
from computeapi.domain.security_groups import RuleRequest, SecurityGroup, SecurityGroupRule
from computeapi.policies import security_groups as rules
from computeapi.ports.policy import Policy
from computeapi.ports.security_groups import SecurityGroups as Groups


class SecurityGroups:
    """List, show, create, change and delete security groups and their rules.

    The rules of this service guard them, and the network service decides what the caller may do.
    """

    def __init__(self, policy: Policy, groups: Groups) -> None:
        self._policy = policy
        self._groups = groups

    def list(
        self, context: Context, limit: int, offset: int, all_projects: bool = False
    ) -> Sequence[SecurityGroup]:
        """Return the security groups of the caller's project, in the order of their names.

        :param limit: the most groups. :param offset: how many groups are left out before them.
        :param all_projects: return those of all projects, for administrators.
        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.GET)
        # For other callers the parameter is left out, as in Nova.
        found = self._groups.list(context, all_projects and context.is_admin)
        ordered = sorted(found, key=lambda group: (group.project_id, group.name))
        return ordered[offset : offset + limit]

    def get(self, context: Context, group_id: str) -> SecurityGroup:
        """Return a security group.

        :raises Forbidden: when the caller may not.
        :raises Invalid: when the network service has ids of another form.
        :raises NotFound: when there is none that the caller may know of.
        """
        self._policy.authorize(context, rules.SHOW)
        return self._groups.get(context, group_id)

    def create(self, context: Context, name: str, description: str) -> SecurityGroup:
        """Make a security group of the caller's project.

        :raises Forbidden: when the caller may not, or the project has too many.
        :raises Invalid: when it cannot be.
        """
        self._policy.authorize(context, rules.CREATE)
        return self._groups.create(context, name, description)

    def update(self, context: Context, group_id: str, name: str, description: str) -> SecurityGroup:
        """Give a security group another name and description.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none that the caller may know of.
        :raises Invalid: when the id is no UUID, or the group has to keep its name.
        """
        self._policy.authorize(context, rules.UPDATE)
        return self._groups.update(context, _id(group_id), name, description)

    def delete(self, context: Context, group_id: str) -> None:
        """Delete a security group.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none that the caller may know of.
        :raises Invalid: when the id is no UUID, or the group is in use.
        """
        self._policy.authorize(context, rules.DELETE)
        self._groups.delete(context, _id(group_id))

    def add_rule(self, context: Context, request: RuleRequest) -> SecurityGroupRule:
        """Add a rule to a security group.

        :raises Forbidden: when the caller may not, or the project has too many rules.
        :raises NotFound: when there is no such group, or source.
        :raises Invalid: when the rule makes no sense, or the group has it.
        """
        self._policy.authorize(context, rules.CREATE_RULE)
        return self._groups.add_rule(context, request.rule())

    def remove_rule(self, context: Context, rule_id: str) -> None:
        """Remove a rule from its security group.

        :raises Forbidden: when the caller may not.
        :raises Invalid: when the id is no UUID.
        :raises NotFound: when there is none that the caller may know of.
        """
        self._policy.authorize(context, rules.DELETE_RULE)
        self._groups.remove_rule(context, _id(rule_id))


def _id(text: str) -> str:
    """Return the id of a security group or a rule.

    :raises Invalid: when it is no UUID.
    """
    if not is_uuid(text):
        raise Invalid("The id of a security group, or of a rule, is a UUID.")
    return text
