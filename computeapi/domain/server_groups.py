"""Groups of servers that are kept together on one host, or apart."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class GroupPolicy(StrEnum):
    """How the servers of a group are placed (API reference, "Server groups")."""

    AFFINITY = "affinity"
    ANTI_AFFINITY = "anti-affinity"
    #: As the two above where it can be had.
    SOFT_AFFINITY = "soft-affinity"
    SOFT_ANTI_AFFINITY = "soft-anti-affinity"


@dataclass(frozen=True, slots=True)
class ServerGroup:
    """A server group. The order of the fields is that of the table's columns.

    :ivar max_server_per_host: the most servers of the group on one host, for anti-affinity; None
        when the request said nothing, and then it is 1.
    """

    id: str
    project_id: str
    user_id: str
    name: str
    policy: str
    max_server_per_host: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewServerGroup:
    """A server group to create."""

    name: str
    policy: str
    max_server_per_host: int | None = None


@dataclass(frozen=True, slots=True)
class GroupWithMembers:
    """A server group, and the ids of the live servers in it, oldest first."""

    group: ServerGroup
    members: tuple[str, ...]
