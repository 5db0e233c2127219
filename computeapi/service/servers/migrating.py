"""Migrate servers to other hosts: shut down, carried over, and started there."""

from functools import partial

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid
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
