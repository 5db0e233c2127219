"""Server groups."""

from typing import Any

from wsme.types import Unset

from computeapi.api import server_groups as changes
from computeapi.api.openapi.schemas import Schema
from computeapi.domain.server_groups import GroupWithMembers, NewServerGroup
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.values import NAME, Anything, choice, size


class OnePolicy(Anything):
    """A list of exactly one policy.

    :param policies: those to choose from.
    """

    name = "list of a policy"

    def __init__(self, policies: tuple[str, ...]) -> None:
        self._policies = policies

    def frombasetype(self, value: Any) -> str | None:
        """Convert the value that came; None is the attribute's to allow."""
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 1 or value[0] not in self._policies:
            raise ValueError(f"Value should be a list of one of {', '.join(self._policies)}")
        policy: str = value[0]
        return policy

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {
            "type": "array",
            "items": {"type": "string", "enum": list(self._policies)},
            "minItems": 1,
            "maxItems": 1,
        }


class RulesCreate(RequestType):
    """The rules of a new server group."""

    max_server_per_host = RequestField(size(1), default=None)


class ServerGroupCreate(RequestType):
    """The server group in a request to create one."""

    name = RequestField(NAME, mandatory=True)
    hard_policies = RequestField(
        OnePolicy(changes.HARD), "policies", span=changes.HARD_POLICIES, mandatory=True
    )
    policies = RequestField(
        OnePolicy(changes.HARD + changes.SOFT), span=changes.ALL_POLICIES, mandatory=True
    )
    policy = RequestField(choice(changes.HARD + changes.SOFT), span=changes.POLICY, mandatory=True)
    rules = RequestField(RulesCreate, span=changes.POLICY, default=None)


class ServerGroupCreateDocument(RequestType):
    """The body of a request to create a server group."""

    server_group = RequestField(ServerGroupCreate, mandatory=True)

    def new(self) -> NewServerGroup:
        """Return the new server group for the service."""
        group = self.server_group
        policy = group.policy or group.policies or group.hard_policies
        limit = group.rules.max_server_per_host if group.rules else None
        return NewServerGroup(group.name, policy, limit)


class Rules(ResponseType):
    """The rules of a server group."""

    max_server_per_host = ResponseField(int, optional=True)


class ServerGroup(ResponseType):
    """A server group."""

    id = str
    name = str
    policies = ResponseField([str], span=changes.POLICIES)
    policy = ResponseField(str, span=changes.POLICY)
    rules = ResponseField(Rules, span=changes.POLICY)
    members = [str]
    metadata = ResponseField({str: str}, span=changes.POLICIES)
    project_id = ResponseField(str, span=changes.OWNER)
    user_id = ResponseField(str, span=changes.OWNER)

    @classmethod
    def of(cls, item: GroupWithMembers) -> "ServerGroup":
        """Return a server group."""
        group = item.group
        return cls(
            id=group.id,
            name=group.name,
            policies=[group.policy],
            policy=group.policy,
            rules=Rules(max_server_per_host=group.max_server_per_host or Unset),
            members=list(item.members),
            metadata={},
            project_id=group.project_id,
            user_id=group.user_id,
        )


class ServerGroupDocument(ResponseType):
    """A server group."""

    server_group = ServerGroup


class ServerGroups(ResponseType):
    """The list of server groups."""

    server_groups = [ServerGroup]
