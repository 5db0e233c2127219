"""The acceptance of moves of servers to another size, another host, or both."""

from collections.abc import Callable

from computeapi.domain.context import Context
from computeapi.domain.servers import Fault, Move, Server
from computeapi.domain.servers.actions import Action
from computeapi.domain.servers.stages import Outcome
from computeapi.ports.database import Transaction
from computeapi.service.quotas import PROJECT_LOCK
from computeapi.service.servers import migration_records
from computeapi.service.servers.acceptance import Acceptance, require_unlocked
from computeapi.service.servers.host_rules import lock_group, rules_of_move
from computeapi.service.servers.placement import NotPlaced, NoValidHost, SchedulingOptions
from computeapi.service.servers.targets import Targets, Wanted

#: Finds the host that a server goes to.
Find = Callable[[Targets], Move]
#: Checks a request for a move, and returns the size and the hosts that it asks for.
Check = Callable[[Transaction, Server], Wanted]


class Moves:
    """Accepts moves, of every theme: the claim on the other host and the operation."""

    def __init__(self, acceptance: Acceptance, options: SchedulingOptions) -> None:
        self._acceptance = acceptance
        self._options = options

    def begin(
        self, context: Context, server_id: str, action: Action, rule: str, check: Check
    ) -> str | None:
        """Accept to move a server.

        Where no host has room, the server becomes as after a failure of the action, and its failed
        operation says why.

        :param rule: the policy of the request.
        :param check: is called with the server's row and its project locked.
        :returns: the reason why no host takes the server; None when one does.
        :raises Conflict: when the server's state forbids it.
        :raises: what ``check`` raises.
        """
        try:
            host = self._begin(context, server_id, action, rule, check, Targets.ranked)
        except NotPlaced:
            # Only a count of all hosts shows that none has room, and why not.
            host = self._begin(context, server_id, action, rule, check, Targets.counted)
        if isinstance(host, NoValidHost):
            return host.message
        self._acceptance.rpc_client.cast(host)
        return None

    def _begin(
        self,
        context: Context,
        server_id: str,
        action: Action,
        rule: str,
        check: Check,
        find: Find,
    ) -> str | NoValidHost:
        """Keep a move; return the host that its first stage runs on, or why there is none."""
        with self._acceptance.db.write() as tx:
            server = self.load(tx, context, server_id, action, rule)
            wanted = check(tx, server)
            rules = rules_of_move(tx, context, server)
            try:
                move = find(Targets(tx, server, wanted, self._options, rules))
            except NoValidHost as error:
                migration_records.keep_failure(tx, context, server, wanted.kind, wanted.size)
                self._acceptance.keep_failure(tx, context, server, action, error.message)
                if action.when_failed == Outcome.ERROR:
                    server.fail(Fault(500, error.message, tx.now()))
                    tx.servers.save(server)
                return error
            server.disk_config = wanted.disk_config or server.disk_config
            target = move.target_host
            migration_records.keep(tx, context, server, wanted.kind, move)
            server.begin_move(move)
            tx.claims.keep(server.id, server.claims)
            tx.hosts.note_usage(target, tx.hosts.usage_of(target))
            return self._acceptance.queue(tx, context, server, action, target_host=target)

    def load(
        self, tx: Transaction, context: Context, server_id: str, action: Action, rule: str
    ) -> Server:
        """Load a server that is to move, with its project, its group and its row locked.

        :raises Conflict: when the server's state, or its lock, forbids the action.
        """
        server = self._acceptance.load(tx, context, server_id, rule)
        # A request that locks servers locks their project and their group before.
        tx.lock(PROJECT_LOCK.format(server.project_id))
        lock_group(tx, server)
        server = self._acceptance.load(tx, context, server_id, rule, lock=True)
        require_unlocked(context, server, action)
        server.require_ready(action)
        return server
