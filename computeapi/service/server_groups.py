"""The operations on server groups."""

import uuid
from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid, NotFound, QuotaExceeded
from computeapi.domain.server_groups import (
    GroupPolicy,
    GroupWithMembers,
    NewServerGroup,
    ServerGroup,
)
from computeapi.policies import server_groups as rules
from computeapi.ports.database import Database, Transaction
from computeapi.ports.policy import Policy
from computeapi.service.quotas import PROJECT_LOCK, QuotaReader

#: The name of the lock under which a group's members are counted, get hosts, or lose their group.
#: It is taken after that of the project.
LOCK = "server_group:{}"


class ServerGroups:
    """List, show, create and delete server groups."""

    def __init__(self, db: Database, policy: Policy, quotas: QuotaReader) -> None:
        self._db = db
        self._policy = policy
        self._quotas = quotas

    def list(
        self, context: Context, limit: int, offset: int, all_projects: bool = False
    ) -> Sequence[GroupWithMembers]:
        """Return the server groups of the caller's project, oldest first.

        :param limit: the most groups. :param offset: how many groups are left out before them.
        :param all_projects: return those of all projects, for callers who may.
        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.INDEX)
        project_id: str | None = context.require_project()
        # For other callers the parameter is left out, as in Nova.
        if all_projects and self._policy.allows(context, rules.ALL_PROJECTS):
            project_id = None
        with self._db.read() as tx:
            return tx.server_groups.list(project_id, limit, offset)

    def get(self, context: Context, group_id: str) -> GroupWithMembers:
        """Return a server group and its members.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none that the caller may know of.
        """
        with self._db.read() as tx:
            self._load(tx, context, group_id, rules.SHOW)
            found = tx.server_groups.with_members(group_id)
        if found is None:
            raise not_found(group_id)
        return found

    def create(self, context: Context, new: NewServerGroup) -> GroupWithMembers:
        """Keep a new server group of the caller's project.

        :raises Forbidden: when the caller may not.
        :raises Invalid: when there are rules for a policy that takes none.
        :raises QuotaExceeded: when the project, or the user in it, has too many.
        """
        project_id, user_id = context.require_project(), context.require_user()
        self._policy.authorize(context, rules.CREATE)
        if new.max_server_per_host is not None and new.policy != GroupPolicy.ANTI_AFFINITY:
            raise Invalid("Only anti-affinity policy supports rules.")
        with self._db.write() as tx:
            tx.lock(PROJECT_LOCK.format(project_id))
            self._check_quotas(tx, project_id, user_id)
            group = ServerGroup(
                id=str(uuid.uuid4()),
                project_id=project_id,
                user_id=user_id,
                name=new.name,
                policy=new.policy,
                max_server_per_host=new.max_server_per_host,
                created_at=tx.now(),
            )
            tx.server_groups.add(group)
        return GroupWithMembers(group, ())

    def _check_quotas(self, tx: Transaction, project_id: str, user_id: str) -> None:
        limits = self._quotas.of_both(tx, project_id, user_id)
        for owner, quotas in zip((None, user_id), limits, strict=True):
            if 0 <= quotas.server_groups <= tx.server_groups.count(project_id, owner):
                raise QuotaExceeded("Quota exceeded, too many server groups.")

    def delete(self, context: Context, group_id: str) -> None:
        """Remove a server group; its servers live on where they are.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none that the caller may know of.
        """
        with self._db.write() as tx:
            self._load(tx, context, group_id, rules.DELETE)
            tx.lock(LOCK.format(group_id))
            if not tx.server_groups.delete(group_id):
                raise not_found(group_id)

    def _load(self, tx: Transaction, context: Context, group_id: str, rule: str) -> ServerGroup:
        self._policy.authorize_scope(context, rule)
        group = visible(tx, context, group_id)
        if group is None:
            raise not_found(group_id)
        target = {"project_id": group.project_id, "user_id": group.user_id}
        self._policy.authorize(context, rule, target)
        return group


def visible(tx: Transaction, context: Context, group_id: str) -> ServerGroup | None:
    """Return a server group, or None when there is none that the caller may know of."""
    group = tx.server_groups.get(group_id)
    if group is None or not (context.is_admin or group.project_id == context.project_id):
        return None
    return group


def not_found(group_id: str) -> NotFound:
    """Return the error that there is no such server group."""
    return NotFound(f"Instance group {group_id} could not be found.")
