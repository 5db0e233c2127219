"""Server groups as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import sqlalchemy as sa

from computeapi.db.prepared import Prepared
from computeapi.db.session import Session
from computeapi.db.tables import SERVER_GROUP, claims, server_groups, servers
from computeapi.domain.server_groups import GroupWithMembers, ServerGroup
from computeapi.domain.servers import VmState
from computeapi.ports.server_groups import ServerGroupRepository

_columns = server_groups.c
_IS_GROUP = _columns.id == sa.bindparam("group")
_IS_PROJECT = _columns.project_id == sa.bindparam("project")
_OLDEST_FIRST = (_columns.created_at, _columns.id)
_IS_LIVE = servers.c.deleted == sa.bindparam("live", value=False, type_=sa.Boolean)
_IS_MEMBER = sa.and_(servers.c.server_group_id == sa.bindparam("group"), _IS_LIVE)

_GET = Prepared(sa.select(*SERVER_GROUP).where(_IS_GROUP), ServerGroup)
_COUNT = sa.select(sa.func.count()).select_from(server_groups).where(_IS_PROJECT)
_COUNT_ALL = Prepared(_COUNT, int)
_COUNT_OF = Prepared(_COUNT.where(_columns.user_id == sa.bindparam("owner")), int)
_IS_SHOWN = servers.c.vm_state != sa.literal(VmState.SOFT_DELETED.value)
_COUNT_MEMBERS = Prepared(
    sa.select(sa.func.count()).select_from(servers).where(_IS_MEMBER, _IS_SHOWN), int
)
_HOSTS = Prepared(
    sa.select(claims.c.host, sa.func.count())
    .join(servers, servers.c.id == claims.c.server_id)
    .where(_IS_MEMBER, servers.c.id != sa.bindparam("but"))
    .group_by(claims.c.host),
    lambda host, count: (host, int(count)),
)
_ADD = sa.insert(server_groups)
_DELETE = sa.delete(server_groups).where(_IS_GROUP)
_LEAVE = (
    sa.update(servers)
    .where(servers.c.server_group_id == sa.bindparam("group"))
    .values(server_group_id=None)
)


class ServerGroups(ServerGroupRepository):
    """The repository of server groups."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, group_id: str) -> ServerGroup | None:
        """Return a server group."""
        found = self._session.objects(_GET, {"group": group_id})
        return found[0] if found else None

    def with_members(self, group_id: str) -> GroupWithMembers | None:
        """Return a server group with its members."""
        group = self.get(group_id)
        return None if group is None else self._with_members([group])[0]

    def list(self, project_id: str | None, limit: int, offset: int) -> Sequence[GroupWithMembers]:
        """Return server groups with their members, oldest first.

        :param project_id: the project whose groups they are; None for those of all projects.
        :param limit: the most groups. :param offset: how many groups are left out before them.
        """
        statement = sa.select(*SERVER_GROUP).order_by(*_OLDEST_FIRST).limit(limit).offset(offset)
        if project_id is not None:
            statement = statement.where(_columns.project_id == project_id)
        return self._with_members([ServerGroup(*row) for row in self._session.execute(statement)])

    def _with_members(self, groups: Sequence[ServerGroup]) -> Sequence[GroupWithMembers]:
        members: dict[str, list[str]] = {group.id: [] for group in groups}
        statement = (
            sa.select(servers.c.server_group_id, servers.c.id)
            .where(
                servers.c.server_group_id.in_(members),
                servers.c.deleted == sa.false(),
                _IS_SHOWN,
            )
            .order_by(servers.c.created_at, servers.c.launch_index, servers.c.id)
        )
        for group_id, server_id in self._session.execute(statement):
            members[group_id].append(server_id)
        return [GroupWithMembers(group, tuple(members[group.id])) for group in groups]

    def count(self, project_id: str, user_id: str | None = None) -> int:
        """Count the server groups of a project, or those of one user in it."""
        prepared = _COUNT_ALL if user_id is None else _COUNT_OF
        owner = {} if user_id is None else {"owner": user_id}
        (count,) = self._session.objects(prepared, {"project": project_id, **owner})
        return count

    def count_members(self, group_id: str) -> int:
        """Count the members of a server group."""
        (count,) = self._session.objects(_COUNT_MEMBERS, {"group": group_id})
        return count

    def hosts(self, group_id: str, but: str | None = None) -> Mapping[str, int]:
        """Count by host the members that have a claim on it.

        :param but: the id of a server that is not counted, as it is to move.
        """
        return dict(self._session.objects(_HOSTS, {"group": group_id, "but": but or ""}))

    def add(self, group: ServerGroup) -> None:
        """Keep a new server group."""
        self._session.execute(_ADD, asdict(group))

    def delete(self, group_id: str) -> bool:
        """Remove a server group; return whether it was there. Its servers live on without it."""
        if not self._session.execute(_DELETE, {"group": group_id}).rowcount:
            return False
        self._session.execute(_LEAVE, {"group": group_id})
        return True
