"""Security groups, floating IPs and networks of a cloud without a network service.

A project has the one security group that its servers are in, and it can make no other. There are
no floating IPs, and no networks that a request for servers could name.
"""

from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid, NotFound
from computeapi.domain.floating_ips import FloatingIp
from computeapi.domain.networks import CloudNetwork
from computeapi.domain.security_groups import NewRule, SecurityGroup, SecurityGroupRule
from computeapi.network.user_mode import default_group
from computeapi.ports.floating_ips import FloatingIps
from computeapi.ports.networks import Networks
from computeapi.ports.security_groups import SecurityGroups

_FIXED = "User-mode networking has one security group a project, and it cannot be changed."


class UserModeSecurityGroups(SecurityGroups):
    """Each project has one security group, without rules."""

    def list(self, context: Context, all_projects: bool) -> Sequence[SecurityGroup]:
        return [default_group(context.require_project())]

    def get(self, context: Context, group_id: str) -> SecurityGroup:
        found = default_group(context.require_project())
        if group_id != found.id:
            raise NotFound(f"Security group {group_id} not found.")
        return found

    def create(self, context: Context, name: str, description: str) -> SecurityGroup:
        raise Invalid(_FIXED)

    def update(self, context: Context, group_id: str, name: str, description: str) -> SecurityGroup:
        self.get(context, group_id)
        raise Invalid(_FIXED)

    def delete(self, context: Context, group_id: str) -> None:
        self.get(context, group_id)
        raise Invalid(_FIXED)

    def add_rule(self, context: Context, rule: NewRule) -> SecurityGroupRule:
        for group_id in (rule.group_id, rule.source_id or rule.group_id):
            self.get(context, group_id)
        raise Invalid(_FIXED)

    def remove_rule(self, context: Context, rule_id: str) -> None:
        raise NotFound(f"Security group rule {rule_id} not found.")


class NoFloatingIps(FloatingIps):
    """There are no floating IPs, and no pools of them."""

    def pools(self, context: Context) -> Sequence[str]:
        return []

    def list(self, context: Context) -> Sequence[FloatingIp]:
        return []

    def get(self, context: Context, floating_ip_id: str) -> FloatingIp:
        raise NotFound(f"Floating IP {floating_ip_id} could not be found.")

    def create(self, context: Context, pool: str | None) -> FloatingIp:
        raise NotFound("Floating IP pool not found.")

    def delete(self, context: Context, floating_ip_id: str) -> None:
        raise NotFound(f"Floating IP {floating_ip_id} could not be found.")


class NoNetworks(Networks):
    """There are no networks that a request could name."""

    def list(self, context: Context) -> Sequence[CloudNetwork]:
        return []

    def get(self, context: Context, network_id: str) -> CloudNetwork:
        raise NotFound(f"Network {network_id} could not be found.")
