"""The security groups of a server."""

from wsme.types import StringType

from computeapi.domain.networks import SecurityGroup as DomainGroup
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseType
from computeapi.pecan_impl.types.values import ANYTHING


class GroupName(RequestType):
    """The parameters of an action on a security group."""

    name = RequestField(StringType(min_length=1), mandatory=True)


class SecurityGroupActions(RequestType):
    """``addSecurityGroup`` and ``removeSecurityGroup``."""

    add_group = RequestField(GroupName, name="addSecurityGroup")
    remove_group = RequestField(GroupName, name="removeSecurityGroup")


class SecurityGroup(ResponseType):
    """A security group with its rules."""

    id = str
    name = str
    description = str
    tenant_id = str
    rules = [ANYTHING]

    @classmethod
    def of(cls, group: DomainGroup) -> "SecurityGroup":
        """Return a security group."""
        return cls(
            id=group.id,
            name=group.name,
            description=group.description,
            tenant_id=group.project_id,
            rules=[],
        )


class SecurityGroups(ResponseType):
    """The security groups of a server."""

    security_groups = [SecurityGroup]
