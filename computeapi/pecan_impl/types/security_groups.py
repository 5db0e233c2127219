"""Security groups and their rules."""

from wsme.types import StringType, Unset

from computeapi.api import values
from computeapi.domain.security_groups import RuleRequest
from computeapi.domain.security_groups import SecurityGroup as DomainGroup
from computeapi.domain.security_groups import SecurityGroupRule as DomainRule
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.values import ANYTHING, UUID

_TEXT = StringType(max_length=values.MAX_LENGTH)


class SecurityGroupRequest(RequestType):
    """The name and the description of a security group."""

    _is_open = True

    name = RequestField(_TEXT, mandatory=True)
    description = RequestField(_TEXT, mandatory=True)


class SecurityGroupRequestDocument(RequestType):
    """The body of a request to create or to update a security group."""

    _is_open = True

    security_group = RequestField(SecurityGroupRequest, mandatory=True)


class RuleCreate(RequestType):
    """The rule in a request to create one. Old clients send ports as texts, and null for any."""

    _is_open = True

    parent_group_id = RequestField(UUID, mandatory=True)
    group_id = RequestField(UUID, nullable=True, default=None)
    ip_protocol = RequestField(ANYTHING, nullable=True, default=None)
    from_port = RequestField(ANYTHING, nullable=True, default=None)
    to_port = RequestField(ANYTHING, nullable=True, default=None)
    cidr = RequestField(ANYTHING, nullable=True, default=None)


class RuleCreateDocument(RequestType):
    """The body of a request to create a rule."""

    _is_open = True

    security_group_rule = RequestField(RuleCreate, mandatory=True)

    def request(self) -> RuleRequest:
        """Return the request for the service."""
        rule = self.security_group_rule
        return RuleRequest(
            group_id=rule.parent_group_id,
            source_id=rule.group_id,
            protocol=rule.ip_protocol,
            from_port=rule.from_port,
            to_port=rule.to_port,
            cidr=rule.cidr,
        )


class Source(ResponseType):
    """The group that a rule lets in; empty when it lets in a network."""

    name = ResponseField(str, optional=True)
    tenant_id = ResponseField(str, optional=True)


class Range(ResponseType):
    """The network that a rule lets in; empty when it lets in a group."""

    cidr = ResponseField(str, optional=True)


class SecurityGroupRule(ResponseType):
    """A rule of a security group."""

    id = str
    parent_group_id = str
    ip_protocol = ResponseField(str, nullable=True)
    from_port = ResponseField(int, nullable=True)
    to_port = ResponseField(int, nullable=True)
    group = Source
    ip_range = Range

    @classmethod
    def of(cls, rule: DomainRule) -> "SecurityGroupRule":
        """Return a rule."""
        source = rule.source
        return cls(
            id=rule.id,
            parent_group_id=rule.group_id,
            ip_protocol=rule.protocol,
            from_port=rule.from_port,
            to_port=rule.to_port,
            group=Source(name=source.name, tenant_id=source.project_id) if source else Source(),
            ip_range=Range(cidr=Unset if rule.cidr is None else rule.cidr),
        )


class SecurityGroup(ResponseType):
    """A security group with its rules."""

    id = str
    name = str
    description = str
    tenant_id = str
    rules = [SecurityGroupRule]

    @classmethod
    def of(cls, group: DomainGroup) -> "SecurityGroup":
        """Return a security group."""
        return cls(
            id=group.id,
            name=group.name,
            description=group.description,
            tenant_id=group.project_id,
            rules=[SecurityGroupRule.of(rule) for rule in group.rules],
        )


class SecurityGroupDocument(ResponseType):
    """A security group."""

    security_group = SecurityGroup


class SecurityGroups(ResponseType):
    """The list of security groups."""

    security_groups = [SecurityGroup]


class SecurityGroupRuleDocument(ResponseType):
    """A rule of a security group."""

    security_group_rule = SecurityGroupRule
