"""The security groups of a network service, for clients that ask this one for them.

A method may ask another service over HTTP: call none within a transaction.
"""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.context import Context
from computeapi.domain.security_groups import NewRule, SecurityGroup, SecurityGroupRule


class SecurityGroups(Protocol):
    """The security groups of a cloud. The network service decides whether a call is allowed."""

    def list(self, context: Context, all_projects: bool) -> Sequence[SecurityGroup]:
        """Return the security groups of the caller's project, or those of all projects."""

    def get(self, context: Context, group_id: str) -> SecurityGroup:
        """Return a security group.

        :param group_id: any text.
        :raises Invalid: when the network service has ids of another form.
        :raises NotFound: when there is none that the caller may know of.
        """

    def create(self, context: Context, name: str, description: str) -> SecurityGroup:
        """Make a security group of the caller's project.

        :raises Invalid: when it cannot be.
        :raises QuotaExceeded: when the project has too many.
        """

    def update(self, context: Context, group_id: str, name: str, description: str) -> SecurityGroup:
        """Give a security group another name and description.

        :raises NotFound: when there is none that the caller may know of.
        :raises Invalid: when it has to keep its name.
        """

    def delete(self, context: Context, group_id: str) -> None:
        """Delete a security group.

        :raises NotFound: when there is none that the caller may know of.
        :raises Invalid: when it is in use.
        """

    def add_rule(self, context: Context, rule: NewRule) -> SecurityGroupRule:
        """Add a rule to a security group.

        :raises NotFound: when there is no such group, or source.
        :raises Invalid: when the group has the rule.
        :raises QuotaExceeded: when the project has too many rules.
        """

    def remove_rule(self, context: Context, rule_id: str) -> None:
        """Remove a rule from its security group.

        :raises NotFound: when there is none that the caller may know of.
        """
