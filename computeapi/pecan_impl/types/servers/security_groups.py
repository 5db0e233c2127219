"""The actions on the security groups of a server."""

from wsme.types import StringType

from computeapi.pecan_impl.types.requests import RequestField, RequestType


class GroupName(RequestType):
    """The parameters of an action on a security group."""

    name = RequestField(StringType(min_length=1), mandatory=True)


class SecurityGroupActions(RequestType):
    """``addSecurityGroup`` and ``removeSecurityGroup``."""

    add_group = RequestField(GroupName, name="addSecurityGroup")
    remove_group = RequestField(GroupName, name="removeSecurityGroup")
