"""The quotas and the server group that bound a request for new servers.

All of it is read in the transaction that keeps the servers, under the locks of the project and the
group, so that requests at the same time count each other's servers.
"""

from dataclasses import dataclass

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid, QuotaExceeded
from computeapi.domain.host_rules import HostRules
from computeapi.domain.hosts import Usage
from computeapi.domain.quotas import Quotas, check_servers, remaining
from computeapi.domain.server_groups import ServerGroup
from computeapi.domain.servers import NewServer
from computeapi.ports.database import Transaction
from computeapi.service import server_groups
from computeapi.service.quotas import PROJECT_LOCK, QuotaReader
from computeapi.service.servers.creation_checks import check_quotas
from computeapi.service.servers.host_rules import host_rules


@dataclass(frozen=True, slots=True)
class Allowance:
    """The servers that a request may get.

    :ivar count: how many.
    :ivar group: the server group that they join.
    :ivar rules: the hosts that may get them.
    """

    count: int
    group: ServerGroup | None
    rules: HostRules


def allowance(
    tx: Transaction, context: Context, new: NewServer, each: Usage, reader: QuotaReader
) -> Allowance:
    """Lock the project and the server group, and return the servers that a request may get.

    :param each: how much one server takes.
    :raises QuotaExceeded: when a quota does not allow the least that the request asks for.
    :raises Invalid: when there is no such server group.
    """
    project_id = context.require_project()
    tx.lock(PROJECT_LOCK.format(project_id))
    group = _group(tx, context, new)
    user_id = context.require_user()
    of_project, quotas = reader.of_both(tx, project_id, user_id)
    check_quotas(new, quotas)
    count = min(new.max_count or new.min_count, _remaining(tx, new, each, of_project, project_id))
    if quotas != of_project:
        count = min(count, _remaining(tx, new, each, quotas, project_id, user_id))
    if group is not None:
        count = min(count, _remaining_members(tx, new, quotas, group))
    return Allowance(count, group, host_rules(tx, context, new.hint, group))


def _remaining(
    tx: Transaction,
    new: NewServer,
    each: Usage,
    quotas: Quotas,
    project_id: str,
    user_id: str | None = None,
) -> int:
    used = tx.servers.usage(project_id, user_id)
    check_servers(quotas, used, each.times(new.min_count))
    return remaining(quotas, used, each)


def _group(tx: Transaction, context: Context, new: NewServer) -> ServerGroup | None:
    """Return the server group that the request names, and lock it."""
    hints = new.hint("group")
    if not hints:
        return None
    group = server_groups.visible(tx, context, hints[0])
    if group is not None and len(hints) == 1:
        tx.lock(server_groups.LOCK.format(group.id))
        # It may have been deleted while this transaction waited.
        group = server_groups.visible(tx, context, group.id)
    if group is None or len(hints) > 1:
        raise Invalid(server_groups.not_found(", ".join(hints)).message)
    return group


def _remaining_members(tx: Transaction, new: NewServer, quotas: Quotas, group: ServerGroup) -> int:
    most = quotas.server_group_members
    if most < 0:
        return new.max_count or new.min_count
    left = most - tx.server_groups.count_members(group.id)
    if left < new.min_count:
        raise QuotaExceeded("Quota exceeded, too many servers in group")
    return left
