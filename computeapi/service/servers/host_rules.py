"""The hosts that a server's group and scheduler hints allow, as they are at this moment."""

from collections.abc import Callable
from functools import partial

from computeapi.domain.context import Context
from computeapi.domain.host_rules import HostRules
from computeapi.domain.paging import PageRequest
from computeapi.domain.scheduler_hints import values
from computeapi.domain.server_groups import ServerGroup
from computeapi.domain.servers import ALL_PROJECTS, Server, ServerFilters
from computeapi.ports.database import Transaction
from computeapi.service import server_groups


def host_rules(
    tx: Transaction,
    context: Context,
    hint: Callable[[str], tuple[str, ...]],
    group: ServerGroup | None,
    but: str | None = None,
) -> HostRules:
    """Return the rules by which a request's servers get hosts. Lock the group before.

    :param hint: returns the values of a scheduler hint.
    :param but: the id of a server that does not count as a member, as it is to move.
    """
    same_host, different_host = hint("same_host"), hint("different_host")
    return HostRules(
        group,
        tx.server_groups.hosts(group.id, but) if group else None,
        # A hint that names no server on a host leaves every host.
        (_hosts(tx, context, same_host) if same_host else None) or None,
        _hosts(tx, context, different_host) if different_host else frozenset(),
    )


def rules_of_move(tx: Transaction, context: Context, server: Server) -> HostRules:
    """Return the rules that a server which moves has to keep to. Lock its group before."""
    group_id = server.server_group_id
    group = tx.server_groups.get(group_id) if group_id else None
    hint = partial(values, server.scheduler_hints)
    return host_rules(tx, context, hint, group, but=server.id)


def lock_group(tx: Transaction, server: Server) -> None:
    """Lock a server's group, if it has one, so that moves and creations count each other."""
    if server.server_group_id:
        tx.lock(server_groups.LOCK.format(server.server_group_id))


def _hosts(tx: Transaction, context: Context, server_ids: tuple[str, ...]) -> frozenset[str]:
    """Return the hosts of servers; one that the caller may not know of counts as on none."""
    filters = ServerFilters(
        ALL_PROJECTS if context.is_admin else context.project_id,
        deleted=False,
        equals={"id": list(server_ids)},
    )
    found = tx.servers.list(filters, PageRequest(limit=len(server_ids))).items
    return frozenset(server.host for server in found if server.host is not None)
