"""Migrate servers to other hosts: shut down, carried over, and started there."""

from functools import partial

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid
from computeapi.domain.hosts import LIVE_MIGRATING
from computeapi.domain.migrations import MigrationType
from computeapi.domain.servers import Server, actions
from computeapi.policies.servers import migrating as rules
from computeapi.ports.database import Transaction
from computeapi.ports.policy import Policy
from computeapi.service.servers.moves import Moves
from computeapi.service.servers.targets import Wanted


class Migrating:
    """Accept migrations of servers."""

    def __init__(self, moves: Moves, policy: Policy) -> None:
        self._moves = moves
        self._policy = policy

    def migrate(self, context: Context, server_id: str, host: str | None = None) -> None:
        """Accept to migrate a server; it keeps its flavor, and is confirmed as a resize is.

        Where no host has room, the server stays as it is, and its failed operation says why.

        :param host: the name of the host that it is to go to; None for any host.
        :raises Forbidden: when the caller may not do this, or may not name the host.
        :raises Invalid: when there is no such host, or the server is on it.
        :raises Conflict: when the server's state forbids it.
        """
        if host is not None:
            self._policy.authorize(context, rules.MIGRATE_HOST)
        check = partial(_wanted, host)
        self._moves.begin(context, server_id, actions.MIGRATE, rules.MIGRATE, check)

    def migrate_live(
        self,
        context: Context,
        server_id: str,
        host: str | None,
        is_forced: bool,
        is_refused: bool = False,
    ) -> None:
        """Accept to migrate a server while it runs.

        Where no host has room, the server stays as it is, and its failed operation says why.

        :param host: the name of the host that it is to go to; None for any host.
        :param is_forced: whether the host is taken even if it has no room.
        :param is_refused: whether the request is refused as well when no host has room.
        :raises Forbidden: when the caller may not do this, or may not name the host.
        :raises Invalid: when there is no such host, the server is on it, a hypervisor cannot
            migrate a guest that runs, or no host has room and the request is refused.
        :raises Conflict: when the server's state forbids it.
        """
        if host is not None:
            self._policy.authorize(context, rules.MIGRATE_LIVE_HOST)
        if is_forced and host is None:
            raise Invalid("Can't force to a non-provided destination")

        def check(tx: Transaction, server: Server) -> Wanted:
            _require_live(tx, server)
            require_other_host(tx, server, host)
            kind = MigrationType.LIVE_MIGRATION
            return Wanted(kind, server.size, host=host, is_forced=is_forced)

        action = actions.LIVE_MIGRATE
        reason = self._moves.begin(context, server_id, action, rules.MIGRATE_LIVE, check)
        if reason is not None and is_refused:
            raise Invalid(reason)


def _require_live(tx: Transaction, server: Server) -> None:
    """Raise Invalid when the hypervisor of a server's host cannot migrate a guest that runs.

    :raises Invalid: when it cannot.
    """
    host = tx.hosts.get(server.host or "")
    if host is None or host.hypervisor_type not in LIVE_MIGRATING:
        kind = host.hypervisor_type if host else "unknown"
        raise Invalid(
            f"Migration pre-check error: the hypervisor of this host ({kind}) cannot migrate a "
            "server that runs. Use migrate, which shuts it down first."
        )


def _wanted(host: str | None, tx: Transaction, server: Server) -> Wanted:
    """Return the hosts that a migration asks for.

    :raises Invalid: when there is no such host, or the server is on it.
    """
    require_other_host(tx, server, host)
    return Wanted(MigrationType.MIGRATION, server.size, host=host)


def require_other_host(tx: Transaction, server: Server, host: str | None) -> None:
    """Raise Invalid when a server cannot go to a host that a request names.

    :raises Invalid: when there is no such host, or the server is on it.
    """
    if host is None:
        return
    if tx.hosts.get(host) is None:
        raise Invalid(f"Compute host {host} could not be found.")
    if host == server.host:
        raise Invalid(f"Instance {server.id} is on host {host} already.")
