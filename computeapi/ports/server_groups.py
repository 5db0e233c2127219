"""The repository of server groups."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from computeapi.domain.server_groups import GroupWithMembers, ServerGroup


class ServerGroupRepository(Protocol):
    """Server groups. A server that is deleted is no member any more."""

    __slots__ = ()

    def get(self, group_id: str) -> ServerGroup | None:
        """Return a server group."""

    def with_members(self, group_id: str) -> GroupWithMembers | None:
        """Return a server group with its members."""

    def list(self, project_id: str | None, limit: int, offset: int) -> Sequence[GroupWithMembers]:
        """Return server groups with their members, oldest first.

        :param project_id: the project whose groups they are; None for those of all projects.
        :param limit: the most groups. :param offset: how many groups are left out before them.
        """

    def count(self, project_id: str, user_id: str | None = None) -> int:
        """Count the server groups of a project, or those of one user in it."""

    def count_members(self, group_id: str) -> int:
        """Count the members of a server group."""

    def hosts(self, group_id: str, but: str | None = None) -> Mapping[str, int]:
        """Count by host the members that have a claim on it.

        Lock the group's name before a member gets a claim: see
        :data:`computeapi.service.server_groups.LOCK`.

        :param but: the id of a server that is not counted, as it is to move.
        """

    def add(self, group: ServerGroup) -> None:
        """Keep a new server group."""

    def delete(self, group_id: str) -> bool:
        """Remove a server group; return whether it was there. Its servers live on without it."""
