"""The values of a network service that servers have to do with."""

from dataclasses import dataclass

#: The security group that servers are in unless a request names others.
DEFAULT_GROUP = "default"


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A security group of a project.

    :ivar id: a UUID.
    """

    id: str
    name: str
    description: str
    project_id: str
